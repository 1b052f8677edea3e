//! The container image of all architectures, as an archive of the OCI layout
//! (<https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md>).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::architecture::Architecture;
use crate::archive::Checksum;

use super::certificates;
use super::release::{ChannelError, Program, Release, ReleaseFile};
use crate::tarball::{Tarball, gzip};

/// Nobody, in every distribution of Linux. Without `/etc/passwd`, only a number names a user.
const USER: &str = "65534:65534";

/// Content by its digest.
struct Blobs(BTreeMap<String, Vec<u8>>);

impl Blobs {
    /// Keeps content, and returns its descriptor.
    fn add(&mut self, media_type: &str, bytes: Vec<u8>) -> Value {
        let digest = Checksum::new(&bytes).hex;
        let descriptor = json!({
            "mediaType": format!("application/vnd.oci.image.{media_type}"),
            "digest": format!("sha256:{digest}"),
            "size": bytes.len(),
        });
        self.0.insert(digest, bytes);
        descriptor
    }
}

/// Builds the archive: one image for each program under one name. A registry gives each machine its own.
pub(super) fn image(release: &Release) -> Result<ReleaseFile, ChannelError> {
    let name = format!("dms-rule-{}-oci.tar", release.version);
    let mut blobs = Blobs(BTreeMap::new());
    let mut manifests = Vec::new();
    for program in &release.programs {
        let layer = layer(program).map_err(ChannelError::archive(&name))?;
        let compressed = gzip(&layer).map_err(ChannelError::archive(&name))?;
        let configuration = configuration(release, program, &Checksum::new(&layer).hex);
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": blobs.add("config.v1+json", configuration.to_string().into_bytes()),
            "layers": [blobs.add("layer.v1.tar+gzip", compressed)],
            "annotations": labels(release),
        });
        let mut descriptor = blobs.add("manifest.v1+json", manifest.to_string().into_bytes());
        if let Some(members) = descriptor.as_object_mut() {
            let architecture = architecture(program.architecture);
            members.insert("platform".to_owned(), json!({"architecture": architecture, "os": "linux"}));
        }
        manifests.push(descriptor);
    }
    let images = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": manifests,
        "annotations": labels(release),
    });
    let mut images = blobs.add("index.v1+json", images.to_string().into_bytes());
    if let Some(members) = images.as_object_mut() {
        let reference = json!({"org.opencontainers.image.ref.name": release.version});
        members.insert("annotations".to_owned(), reference);
    }
    let index = json!({"schemaVersion": 2, "manifests": [images]});

    let bytes = layout(&index, &blobs).map_err(ChannelError::archive(&name))?;
    Ok(ReleaseFile { name, bytes })
}

fn layout(index: &Value, blobs: &Blobs) -> std::io::Result<Vec<u8>> {
    let mut tarball = Tarball::new();
    tarball.file("oci-layout", json!({"imageLayoutVersion": "1.0.0"}).to_string().as_bytes(), 0o644)?;
    tarball.file("index.json", index.to_string().as_bytes(), 0o644)?;
    for (digest, bytes) in &blobs.0 {
        tarball.file(&format!("blobs/sha256/{digest}"), bytes, 0o644)?;
    }
    tarball.finish()
}

/// Builds the file system: the program, what it needs to start, the authorities, and folders for temporary files and for
/// what users mount.
fn layer(program: &Program) -> std::io::Result<Vec<u8>> {
    let certificates = certificates::pem();
    let mut files = BTreeMap::from([
        ("etc/ssl/certs/ca-certificates.crt", (certificates.as_bytes(), 0o644)),
        ("usr/bin/dms-rule", (&*program.binary, 0o755)),
    ]);
    for library in &program.libraries {
        files.insert(&library.name, (&library.bytes, 0o755));
    }
    let mut folders = BTreeMap::from([("home", 0o755), ("tmp", 0o1777), ("work", 0o755)]);
    for path in files.keys() {
        for (end, _) in path.match_indices('/') {
            folders.extend(path.get(..end).map(|folder| (folder, 0o755)));
        }
    }
    let mut tarball = Tarball::new();
    for (path, mode) in folders {
        tarball.folder(path, mode)?; // before what is in it: a path is sorted before those that it begins
    }
    for (path, (bytes, mode)) in files {
        tarball.file(path, bytes, mode)?;
    }
    tarball.finish()
}

fn configuration(release: &Release, program: &Program, layer: &str) -> Value {
    json!({
        "created": release.date,
        "architecture": architecture(program.architecture),
        "os": "linux",
        "config": {
            "User": USER,
            "Env": ["PATH=/usr/bin", "HOME=/home"],
            "Entrypoint": ["/usr/bin/dms-rule"],
            "Cmd": ["--help"],
            "WorkingDir": "/work",
            "Labels": labels(release),
        },
        "rootfs": {"type": "layers", "diff_ids": [format!("sha256:{layer}")]},
        "history": [{"created": release.date, "created_by": "cargo run -p package -- release"}],
    })
}

/// Returns the labels of the specification
/// (<https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md>).
fn labels(release: &Release) -> BTreeMap<&'static str, &str> {
    let mut labels = BTreeMap::from([
        ("org.opencontainers.image.created", &*release.date),
        ("org.opencontainers.image.description", "Evaluates AWS DMS resources by rules for AWS Config"),
        ("org.opencontainers.image.licenses", licences(release)),
        ("org.opencontainers.image.revision", &release.commit),
        ("org.opencontainers.image.title", "dms-rule"),
        ("org.opencontainers.image.version", &release.version),
    ]);
    if !release.address.is_empty() {
        labels.insert("org.opencontainers.image.source", &release.address);
        labels.insert("org.opencontainers.image.url", &release.address);
    }
    labels
}

/// Returns the SPDX expression of what the image holds: glibc's is another than that of the project.
fn licences(release: &Release) -> &'static str {
    let has_glibc = release.programs.iter().any(|program| !program.libraries.is_empty());
    if has_glibc { "Apache-2.0 AND LGPL-2.1-or-later" } else { "Apache-2.0" }
}

/// Returns the name of an architecture in images, which is Go's.
fn architecture(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "amd64",
        Architecture::Arm64 => "arm64",
    }
}
