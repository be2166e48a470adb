require_relative 'lib/greeting'

run lambda { |env|
  sleep 1 if env['PATH_INFO'] == '/slow'
  [200, { 'content-type' => 'text/plain' }, ["#{Greeting.text} as #{Process.uid}"]]
}
