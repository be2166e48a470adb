# Makes gems of the distribution's Ruby packages: their specification, and the files of lib that they brought.
require 'fileutils'
require 'rubygems/package'

%w[rack webrick].each do |name|
  found = Gem::Specification.find_by_name(name)
  folder = "/srv/#{name}"
  FileUtils.mkdir_p("#{folder}/lib")
  ['/usr/lib/ruby/vendor_ruby', *found.full_require_paths].each do |lib|
    Dir["#{lib}/#{name}.rb", "#{lib}/#{name}"].each { |path| FileUtils.cp_r(path, "#{folder}/lib") }
  end
  raise "#{name} brought no lib/#{name}.rb" unless File.exist?("#{folder}/lib/#{name}.rb")
  FileUtils.mkdir_p("#{folder}/bin")
  programs = name == 'rack' ? ['rackup'] : []
  programs.each { |program| File.write("#{folder}/bin/#{program}", "require 'rack'\nRack::Server.start\n") }
  Dir.chdir(folder) do
    spec = Gem::Specification.new do |it|
      it.name = name
      it.version = found.version
      it.summary = found.summary
      it.authors = found.authors
      it.files = Dir['lib/**/*.rb'] + programs.map { |program| "bin/#{program}" }
      it.bindir = 'bin'
      it.executables = programs
    end
    Gem::Package.build(spec, true)
    FileUtils.mv(Dir['*.gem'], '/srv')
  end
end
