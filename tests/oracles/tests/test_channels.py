"""Every file that carries a release is read, installed and started by the programs that its users have."""

import base64
import csv
import hashlib
import re
import shutil
import ssl
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from oracles.channels import (
    ADDRESS,
    MACHINES,
    NOBODY,
    REAL,
    archives,
    environment,
    homebrew,
    member,
    script,
    start_in,
    stem,
    tracked,
    unpacked_image,
    version,
    write_channels,
)
from oracles.debian import debian, run_in
from oracles.programs import run

FOREIGN = {"x86_64": "amd64", "aarch64": "arm64"}
needs_root = pytest.mark.skipif(shutil.which("umoci") is None, reason="umoci is not installed")


@pytest.fixture(scope="module", params=["real"] if REAL else ["+crt-static", "-crt-static"])
def release(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns a folder with the archives of a release and the files of its channels."""
    folder = tmp_path_factory.mktemp("release") / "first"
    folder.mkdir()
    if REAL:
        for machine in MACHINES:
            shutil.copy(REAL / f"{stem(machine)}.tar.gz", folder)
    else:
        archives(folder, request.param)
    write_channels(folder)
    return folder


def libraries_of(binary: bytes, folder: Path) -> set[str]:
    """Returns where an image must hold what a program needs, by the words of Debian's own reader of ELF files."""
    (folder / "binary").write_bytes(binary)
    shown = run("readelf", "--wide", "--program-headers", "--dynamic", folder / "binary").stdout
    linker = re.findall(r"interpreter: /(.*)\]", shown)
    needed = {f"lib/{name}" for name in re.findall(r"Shared library: \[(.*)\]", shown)}
    if not linker:
        return set()
    return needed | {linker[0], "usr/share/doc/libc6/copyright"}


def wheel(release: Path, machine: str) -> Path:
    return next(release.glob(f"*_{machine}.whl"))


def archived(release: Path, machine: str) -> bytes:
    return member(release / f"{stem(machine)}.tar.gz", f"{stem(machine)}/dms-rule")


def test_another_folder_has_the_same_bytes(release: Path, tmp_path: Path) -> None:
    for machine in MACHINES:
        shutil.copy(release / f"{stem(machine)}.tar.gz", tmp_path)
    names = write_channels(tmp_path)
    assert len(names) == 5
    for name in names:
        first, second = (hashlib.sha256((folder / name).read_bytes()).hexdigest() for folder in (release, tmp_path))
        assert first == second, name


def test_the_packages_are_as_their_registry_wants_them(release: Path) -> None:
    files = [*release.glob("*.whl"), *release.glob("dms_rule-*.tar.gz")]
    checked = script("twine", "check", "--strict", *files)
    assert (checked.returncode, checked.stdout.count("PASSED")) == (0, 3), checked.stdout


@pytest.mark.parametrize("machine", MACHINES)
def test_auditwheel_finds_no_newer_glibc_than_a_wheel_states(release: Path, machine: str) -> None:
    file = wheel(release, machine)
    shown = script("auditwheel", "show", file)
    assert shown.returncode == 0, shown.stderr
    found = re.search(rf'following platform tag:\s+"manylinux_2_(\d+)_{machine}"', shown.stdout)
    stated = re.search(rf"manylinux_2_(\d+)_{machine}", file.name)
    assert int(found[1]) <= int(stated[1]), shown.stdout
    if REAL:
        assert stated[1] == "17", "the glibc that a release promises"


@pytest.mark.parametrize("machine", MACHINES)
def test_a_wheel_has_the_program_of_the_archive_and_a_true_record(release: Path, machine: str) -> None:
    with zipfile.ZipFile(wheel(release, machine)) as files:
        contents = {name: files.read(name) for name in files.namelist()}
    prefix = f"dms_rule-{version()}"
    assert contents[f"{prefix}.data/scripts/dms-rule"] == archived(release, machine)
    rows = list(csv.reader(contents.pop(f"{prefix}.dist-info/RECORD").decode().splitlines()))
    assert rows.pop() == [f"{prefix}.dist-info/RECORD", "", ""]
    expected = [
        [name, f"sha256={base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip('=')}", str(size)]
        for name, content in contents.items()
        for size in [len(content)]
    ]
    assert rows == expected


SYSTEMS = ("manylinux_2_17", "manylinux2014", "musllinux_1_1")


@pytest.mark.parametrize("system", ["manylinux_2_17", "manylinux2014", "musllinux_1_1"])
@pytest.mark.parametrize("machine", MACHINES)
def test_pip_takes_a_wheel_on_the_systems_that_it_states(
    release: Path, machine: str, system: str, tmp_path: Path
) -> None:
    is_stated = f"{system}_{machine}" in wheel(release, machine).name
    # Of a system that is named, this pip tries no older ones.
    options = ("--quiet", "--no-index", "--only-binary", ":all:", "--platform", f"{system}_{machine}")
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        *options,
        "--dest",
        tmp_path,
        "--find-links",
        release,
        "dms-rule",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode == 0, len(list(tmp_path.iterdir()))) == (is_stated, int(is_stated)), done.stderr


def test_an_installed_wheel_is_the_program_and_leaves_nothing_when_it_goes(release: Path, tmp_path: Path) -> None:
    programs = environment(tmp_path / "empty", wheel(release, "x86_64"))
    shown = subprocess.run([programs / "dms-rule", "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith(f"dms-rule {version()}")
    assert (programs / "dms-rule").read_bytes() == archived(release, "x86_64")
    subprocess.run([programs / "pip", "uninstall", "--quiet", "--yes", "dms-rule"], check=True)
    assert not list((tmp_path / "empty").rglob("*dms*rule*"))


def test_the_source_distribution_is_the_commit(release: Path) -> None:
    folder = f"dms_rule-{version()}/"
    with tarfile.open(release / f"dms_rule-{version()}.tar.gz") as files:
        members = files.getmembers()
    names = [one.name.removeprefix(folder) for one in members]
    assert set(names) == tracked() | {"PKG-INFO"}
    assert len(names) == len(set(names))
    assert {one.name.removeprefix(folder) for one in members if one.mode & 0o111} == {
        ".ci/run",
        "rule-templates/deploy.sh",
    }


def test_maturin_reads_the_metadata_of_the_wheels_from_the_source_distribution(release: Path, tmp_path: Path) -> None:
    with tarfile.open(release / f"dms_rule-{version()}.tar.gz") as files:
        files.extractall(tmp_path, filter="data")
    sources = tmp_path / f"dms_rule-{version()}"
    script_path = Path(sys.executable).with_name("maturin")
    command = [script_path, "pep517", "write-dist-info", "--metadata-directory", tmp_path / "metadata"]
    subprocess.run(command, cwd=sources, check=True, capture_output=True)
    written = next((tmp_path / "metadata").rglob("METADATA")).read_text()
    ours = (sources / "PKG-INFO").read_text()
    for field in ("Name", "Version", "Summary", "License-Expression", "License-File", "Requires-Python"):
        lines = [re.findall(rf"^{field}: .*$", text.split("\n\n")[0], re.MULTILINE) for text in (written, ours)]
        assert lines[0] == lines[1] != [], field


@pytest.mark.skipif(not REAL, reason="builds the program, which takes minutes: with ORACLES_RELEASE")
def test_the_source_distribution_builds(release: Path, tmp_path: Path) -> None:
    programs = environment(tmp_path / "empty", wheel(release, "x86_64"))
    install = ("install", "--quiet", "--force-reinstall", release / f"dms_rule-{version()}.tar.gz")
    subprocess.run([programs / "pip", *install], check=True)
    shown = subprocess.run([programs / "dms-rule", "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith(f"dms-rule {version()}")


@pytest.mark.skipif(not REAL, reason="the program of the archives is another one: with ORACLES_RELEASE")
def test_an_empty_debian_without_rust_has_the_first_verdict_by_archive_and_by_wheel(
    release: Path, tmp_path: Path
) -> None:
    root = debian(tmp_path)
    scan = "local -- dms-rule scan --rule dms-replication-not-public --fail-on never"
    printed = run_in(
        root,
        f"""
        cat /etc/debian_version
        ! command -v cargo rustc
        cd /given
        tar xzf *.tar.gz
        */dms-rule {scan}
        python3 -m venv /venv
        /venv/bin/pip install --quiet --no-index *.whl
        PATH=/venv/bin:$PATH
        dms-rule {scan}
        """,
        release / f"{stem('x86_64')}.tar.gz",
        wheel(release, "x86_64"),
    )
    assert printed.startswith("12."), printed
    assert printed.count("2 resources, 2 results: 1 NON_COMPLIANT, 1 COMPLIANT.") == 2, printed
    assert printed.count("PUBLIC: PubliclyAccessible=true") == 2, printed


@needs_root
def test_an_image_holds_the_program_and_authorities_and_starts_as_nobody(release: Path, tmp_path: Path) -> None:
    root, process = unpacked_image(release / f"dms-rule-{version()}-oci.tar", "amd64", tmp_path)
    held = {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir()}
    libraries = held - {"usr/bin/dms-rule", "etc/ssl/certs/ca-certificates.crt"}
    assert len(held) == len(libraries) + 2
    assert libraries == libraries_of(archived(release, "x86_64"), tmp_path)
    assert (root / "usr/bin/dms-rule").read_bytes() == archived(release, "x86_64")
    assert process["user"] == {"uid": NOBODY, "gid": NOBODY}
    assert process["args"] == ["/usr/bin/dms-rule", "--help"]
    assert (process["cwd"], (root / "tmp").stat().st_mode & 0o7777) == ("/work", 0o1777)

    (root / "etc/hosts").write_text("127.0.0.1 localhost\n")  # as an engine writes it
    shown = start_in(root, process, "--version")
    assert (shown.returncode, shown.stderr) == (0, ""), shown
    assert shown.stdout.startswith(f"dms-rule {version()}")
    if not REAL:  # names are resolved without a library of the system
        assert "127.0.0.1:1" in shown.stdout
    else:
        local = start_in(root, process, "local", "--", "/usr/bin/dms-rule", "scan", "--fail-on", "never")
        assert (local.returncode, "PUBLIC: PubliclyAccessible=true" in local.stdout) == (0, True), local


@needs_root
def test_the_authorities_of_an_image_are_certificates(release: Path, tmp_path: Path) -> None:
    root, _ = unpacked_image(release / f"dms-rule-{version()}-oci.tar", "amd64", tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(root / "etc/ssl/certs/ca-certificates.crt")
    names = {
        value for one in context.get_ca_certs() for ((key, value), *_) in one["subject"][-1:] if key == "commonName"
    }
    assert "Amazon Root CA 1" in names
    assert len(context.get_ca_certs()) > 100


@pytest.mark.parametrize("machine", MACHINES)
@needs_root
def test_each_architecture_gets_its_own_image_with_its_labels(release: Path, machine: str) -> None:
    archive = f"oci-archive:{release}/dms-rule-{version()}-oci.tar:{version()}"
    inspect = ("skopeo", "inspect", "--config", "--override-os", "linux", "--override-arch", FOREIGN[machine], archive)
    shown = subprocess.run(inspect, capture_output=True, text=True, check=True).stdout
    assert f'"architecture": "{FOREIGN[machine]}"' in shown or f'"architecture":"{FOREIGN[machine]}"' in shown
    for label in (f'image.version":"{version()}"', 'image.revision":"', f'image.source":"{ADDRESS}"'):
        assert label in shown.replace('": "', '":"'), shown


@pytest.mark.parametrize(("system", "machine"), [("intel", "x86_64"), ("arm", "aarch64"), ("mac", "")])
def test_the_formula_takes_the_right_file_installs_and_passes_its_test(
    release: Path, system: str, machine: str, tmp_path: Path
) -> None:
    folder = tmp_path / "unpacked"
    file = release / f"dms_rule-{version()}.tar.gz"
    if machine:
        file = release / f"{stem(machine)}.tar.gz"
        with tarfile.open(file) as files:
            files.extractall(tmp_path, filter="data")
        folder = tmp_path / stem(machine)
    if REAL and system == "arm":
        pytest.skip("the program is for another machine")
    done = homebrew(release / "dms-rule.rb", system, folder)
    assert done.returncode == 0, done.stderr
    address, checksum, *installed = done.stdout.splitlines()
    assert address == f"{ADDRESS}/releases/download/v{version()}/{file.name}"
    assert checksum == hashlib.sha256(file.read_bytes()).hexdigest()
    if machine:
        ends = ["bin/dms-rule", "_dms-rule", "bash_completion.d/dms-rule", "dms-rule.fish", "man1/dms-rule.1"]
        assert all(any(one.endswith(end) for one in installed) for end in ends), installed


def test_a_changed_program_is_found(release: Path, tmp_path: Path) -> None:
    """The comparison of folders fails if one byte of one program differs."""
    for machine in MACHINES:
        shutil.copy(release / f"{stem(machine)}.tar.gz", tmp_path)
    if REAL:
        pytest.skip("with the small program")
    changed = bytearray(archived(release, "x86_64"))
    changed[-1] ^= 1
    name = stem("x86_64")
    (tmp_path / "dms-rule").write_bytes(changed)
    with tarfile.open(tmp_path / f"{name}.tar.gz", "w:gz") as files:
        files.add(tmp_path / "dms-rule", f"{name}/dms-rule")
    different = {
        one for one in write_channels(tmp_path) if (tmp_path / one).read_bytes() != (release / one).read_bytes()
    }
    assert {Path(one).suffix for one in different} == {".whl", ".tar", ".rb"}
