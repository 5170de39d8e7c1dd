package dev.gapura.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Very many clients that ask for the same as fast as they can, and what became of it.
///
/// @param admitted answered with 200
/// @param broke refused because a budget does not buy it
/// @param hurried refused because a rate is reached
/// @param away refused because the shared server did not answer in time
/// @param other something that came otherwise, null for nothing
/// @param took from the first request to the last answer
record Race(int admitted, int broke, int hurried, int away, String other, Duration took) {
    static final int CLIENTS = 256;

    /// @param ports of gateways, among which the clients are divided
    static Race run(List<Integer> ports, String key, String body, int requests) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger admitted = new AtomicInteger();
        AtomicInteger broke = new AtomicInteger();
        AtomicInteger hurried = new AtomicInteger();
        AtomicInteger away = new AtomicInteger();
        AtomicReference<String> other = new AtomicReference<>();
        long begin = System.nanoTime();
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        List<Thread> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            int port = ports.get(client % ports.size());
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + Ask.CHAT))
                    .timeout(Duration.ofSeconds(60))
                    .header("authorization", "Bearer " + key)
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            clients.add(Thread.ofVirtual().start(() -> {
                while (next.incrementAndGet() <= requests) {
                    try {
                        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
                        if (response.statusCode() == 200) {
                            admitted.incrementAndGet();
                        } else if (response.body().contains("\"budget_exceeded\"")) {
                            broke.incrementAndGet();
                        } else if (response.body().contains("\"rate_limit_exceeded\"")) {
                            hurried.incrementAndGet();
                        } else if (response.body().contains("\"limits_unavailable\"")) {
                            away.incrementAndGet();
                        } else {
                            other.set(response.statusCode() + " " + response.body());
                        }
                    } catch (IOException broken) {
                        other.set(broken.toString());
                    } catch (InterruptedException ended) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                }
            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        return new Race(admitted.get(), broke.get(), hurried.get(), away.get(), other.get(), took);
    }

    @Override
    public String toString() {
        return CLIENTS + " clients, " + admitted + " admitted, " + broke + " refused by a budget, " + hurried
                + " by a rate, " + away + " by none, in " + took.toSeconds() + " s; anything else: " + other;
    }
}
