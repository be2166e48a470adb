package hello;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** Answers with who it runs as; waits for answers under way when it is told to end. */
public final class Server {
    private static final String GREETING = "hello from java";

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv("PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", Server::answer);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.stop(5);
            System.out.println("drained");
        }));
        server.start();
        System.out.println("listening on " + port);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        if (exchange.getRequestURI().getPath().equals("/slow")) pause();
        Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        byte[] body = (GREETING + " as " + uid).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static void pause() {
        try {
            Thread.sleep(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
