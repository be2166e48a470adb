defmodule Hello do
  use Application

  @text "hello from elixir"

  def start(_type, _args) do
    port = String.to_integer(System.fetch_env!("PORT"))
    options = [:binary, packet: :http_bin, active: false, reuseaddr: true, ip: {0, 0, 0, 0}]
    {:ok, socket} = :gen_tcp.listen(port, options)
    {uid, 0} = System.cmd("id", ["-u"])

    children = [
      {Task.Supervisor, name: Hello.Requests},
      {Task, fn -> accept(socket, String.trim(uid)) end}
    ]

    Supervisor.start_link(children, strategy: :one_for_one)
  end

  defp accept(socket, uid) do
    {:ok, client} = :gen_tcp.accept(socket)
    {:ok, pid} = Task.Supervisor.start_child(Hello.Requests, fn -> serve(client, uid) end)
    :gen_tcp.controlling_process(client, pid)
    accept(socket, uid)
  end

  defp serve(client, uid) do
    {:ok, {:http_request, _method, {:abs_path, path}, _version}} = :gen_tcp.recv(client, 0)
    read_headers(client)
    if path == "/slow", do: Process.sleep(1000)
    body = "#{@text} as #{uid}"
    head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: #{byte_size(body)}\r\n\r\n"
    :gen_tcp.send(client, head <> body)
    :gen_tcp.close(client)
  end

  defp read_headers(client) do
    case :gen_tcp.recv(client, 0) do
      {:ok, :http_eoh} -> :ok
      {:ok, _header} -> read_headers(client)
    end
  end
end
