# Interprets a formula without Homebrew: FORMULA SYSTEM FOLDER [PROGRAM], where SYSTEM is mac, intel or arm.
#
# It prints the address and the checksum of what Homebrew would download. On Linux it installs from FOLDER, the unpacked
# archive, into a folder beside it, and runs the formula's test, with PROGRAM in the place of the installed one if given.
require "fileutils"
require "open3"
require "pathname"

SYSTEM = ARGV.fetch(1)

module OS
  def self.mac? = SYSTEM == "mac"
end

class Pathname
  def install(*sources)
    mkpath
    sources.flatten.each do |source|
      pairs = source.is_a?(Hash) ? source : { source => File.basename(source.to_s) }
      pairs.each { |from, name| FileUtils.cp(from.to_s, self/name) }
    end
  end
end

class Formula
  class << self
    attr_reader :facts, :test_block

    %i[desc homepage version license url sha256 depends_on].each do |name|
      define_method(name) { |value| (@facts ||= {})[name] = value }
    end

    def on_macos = (yield if OS.mac?)
    def on_linux = (yield unless OS.mac?)
    def on_intel = (yield if SYSTEM == "intel")
    def on_arm = (yield if SYSTEM == "arm")
    def test(&block) = @test_block = block
  end

  def prefix = Pathname.pwd.parent/"cellar"
  def bin = prefix/"bin"
  def man1 = prefix/"share/man/man1"
  def bash_completion = prefix/"etc/bash_completion.d"
  def zsh_completion = prefix/"share/zsh/site-functions"
  def fish_completion = prefix/"share/fish/vendor_completions.d"
  def testpath = Pathname.pwd.parent/"testpath"
  def version = self.class.facts.fetch(:version)

  def shell_output(command, status = 0)
    output, ended = Dir.chdir(testpath) { Open3.capture2(command) }
    raise "#{command}: ended with #{ended.exitstatus}, expected #{status}" if ended.exitstatus != status

    output
  end

  def assert_match(text, output)
    raise "expected #{text} in:\n#{output}" unless output.include?(text)
  end
end

load File.expand_path(ARGV.fetch(0))
formula = DmsRule.new
puts DmsRule.facts.values_at(:url, :sha256)
unless OS.mac?
  Dir.chdir(ARGV.fetch(2))
  formula.install
  puts Dir.glob("#{formula.prefix}/**/*").select { |file| File.file?(file) }.sort
  FileUtils.cp(ARGV[3], formula.bin/"dms-rule") if ARGV[3]
  formula.testpath.mkpath
  formula.instance_eval(&DmsRule.test_block)
end
