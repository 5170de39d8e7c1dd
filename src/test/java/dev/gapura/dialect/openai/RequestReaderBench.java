package dev.gapura.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gapura.wire.JsonScanner;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/// What reading a request costs, beside Jackson. Run by hand:
/// `java -cp target/classes:target/test-classes:$(libraries) dev.gapura.dialect.openai.RequestReaderBench`.
/// Prints the median of 15 rounds in microseconds of processor time per body. The figures stand in decision 0002.
final class RequestReaderBench {
    private interface Work {
        long run(byte[] body) throws IOException;
    }

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static long sink;

    private RequestReaderBench() {}

    public static void main(String[] arguments) throws IOException {
        String english = "The quick brown fox jumps over the lazy dog, then rests under the old oak tree. ";
        String escaped = "A line of text.\\nAnother \\\"quoted\\\" line with a tab\\tin it and more words to follow. ";
        String french =
                "Le c\u0153ur a ses raisons que la raison ne conna\u00eet point, et l'\u00e9t\u00e9 s'ach\u00e8ve d\u00e9j\u00e0. ";
        String japanese =
                "\u543e\u8f29\u306f\u732b\u3067\u3042\u308b\u3002\u540d\u524d\u306f\u307e\u3060\u7121\u3044\u3002";
        measure("2 KB, English, 2 tools", chat(english, 1_000, 2));
        measure("100 KB, English", chat(english, 100_000, 0));
        measure("100 KB, with escapes", chat(escaped, 100_000, 0));
        measure("100 KB, French", chat(french, 100_000, 0));
        measure("100 KB, Japanese", chat(japanese, 100_000, 0));
        measure("128 tools", chat(english, 1_000, 128));
        System.out.println(sink);
    }

    private static byte[] chat(String text, int bytes, int tools) {
        StringBuilder body = new StringBuilder(
                        "{\"model\":\"openai/gpt-4o-mini\",\"temperature\":0.7,\"max_tokens\":512,")
                .append("\"stream\":true,\"messages\":[{\"role\":\"system\",\"content\":\"You are helpful.\"}");
        int each = Math.max(1, bytes / text.getBytes(UTF_8).length / 4);
        for (int message = 0; message < 4; message++) {
            body.append(",{\"role\":\"")
                    .append(message % 2 == 0 ? "user" : "assistant")
                    .append("\",\"content\":\"")
                    .append(text.repeat(each))
                    .append("\"}");
        }
        body.append(']');
        for (int tool = 0; tool < tools; tool++) {
            body.append(tool == 0 ? ",\"tools\":[" : ",")
                    .append("{\"type\":\"function\",\"function\":{\"name\":\"tool_")
                    .append(tool)
                    .append(
                            "\",\"description\":\"Looks a thing up.\",\"parameters\":{\"type\":\"object\",\"properties\":{")
                    .append(
                            "\"city\":{\"type\":\"string\",\"description\":\"Where\"},\"unit\":{\"type\":\"string\",\"enum\":[\"c\",\"f\"]},")
                    .append(
                            "\"days\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":14},\"notes\":{\"type\":[\"string\",\"null\"],")
                    .append("\"description\":\"Anything else that the lookup should take into account\"}},")
                    .append("\"required\":[\"city\",\"unit\"],\"additionalProperties\":false}}}");
        }
        return body.append(tools > 0 ? "]}" : "}").toString().getBytes(UTF_8);
    }

    private static void measure(String name, byte[] body) throws IOException {
        JsonFactory plain = new JsonFactory();
        JsonFactory strict = new JsonFactoryBuilder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        ObjectMapper tree = new ObjectMapper();
        System.out.printf(
                "%-28s %7d B   reader %7.1f   scanner %7.1f   Jackson skip %7.1f   Jackson strict, texts %7.1f   tree %7.1f%n",
                name,
                body.length,
                median(
                        body,
                        bytes -> RequestReader.read(bytes, bytes.length)
                                .members()
                                .size()),
                median(body, bytes -> {
                    JsonScanner.validate(bytes, 0, bytes.length, 64);
                    return 1;
                }),
                median(body, bytes -> tokens(plain, bytes, false)),
                median(body, bytes -> tokens(strict, bytes, true)),
                median(body, bytes -> tree.readTree(bytes).size()));
    }

    private static long tokens(JsonFactory factory, byte[] body, boolean texts) throws IOException {
        long count = 0;
        try (JsonParser parser = factory.createParser(body)) {
            while (parser.nextToken() != null) {
                // Without asking for the text Jackson does not check the UTF-8 of a last string.
                count += texts && parser.currentToken().isScalarValue() ? parser.getTextLength() : 1;
            }
        }
        return count;
    }

    private static double median(byte[] body, Work work) throws IOException {
        int runs = Math.max(20, 20_000_000 / Math.max(body.length, 500));
        double[] rounds = new double[20];
        for (int round = 0; round < rounds.length; round++) {
            long start = THREADS.getCurrentThreadCpuTime();
            for (int run = 0; run < runs; run++) {
                sink += work.run(body);
            }
            rounds[round] = (THREADS.getCurrentThreadCpuTime() - start) / 1_000.0 / runs;
        }
        double[] warm = Arrays.copyOfRange(rounds, 5, rounds.length);
        Arrays.sort(warm);
        return warm[warm.length / 2];
    }
}
