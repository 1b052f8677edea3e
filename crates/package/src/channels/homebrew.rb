# Written by `cargo run -p package -- release`: builds from source on a Mac, takes the archive on Linux.
class DmsRule < Formula
  desc "Evaluates AWS DMS resources by rules for AWS Config"
  homepage "@HOMEPAGE@"
  version "@VERSION@"
  license "Apache-2.0"

  on_macos do
    url "@DOWNLOADS@/@SOURCE@"
    sha256 "@SOURCE_SHA256@"
    depends_on "rust" => :build
  end

  on_linux do
    on_intel do
      url "@DOWNLOADS@/@X86_64@"
      sha256 "@X86_64_SHA256@"
    end
    on_arm do
      url "@DOWNLOADS@/@ARM64@"
      sha256 "@ARM64_SHA256@"
    end
  end

  def install
    if OS.mac?
      system "cargo", "install", *std_cargo_args(path: "crates/dms-rule")
      generate_completions_from_executable(bin/"dms-rule", "completions", shells: [:bash, :zsh, :fish])
      system bin/"dms-rule", "man", "--all", "man"
    else
      bin.install "dms-rule"
      bash_completion.install "completions/dms-rule.bash" => "dms-rule"
      zsh_completion.install "completions/_dms-rule"
      fish_completion.install "completions/dms-rule.fish"
    end
    man1.install Dir["man/*.1"]
  end

  test do
    (testpath/"template.json").write <<~JSON
      {"Resources": {"OrdersMigration": {
        "Type": "AWS::DMS::ReplicationInstance",
        "Properties": {"ReplicationInstanceClass": "dms.c5.xlarge", "PubliclyAccessible": true}
      }}}
    JSON
    check = "#{bin}/dms-rule check template.json --rule dms-replication-not-public"
    assert_match "PUBLIC: PubliclyAccessible=true", shell_output(check, 1)
    assert_match version.to_s, shell_output("#{bin}/dms-rule --version")
  end
end
