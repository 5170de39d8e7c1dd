package dev.gapura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.ToolEntry;
import dev.gapura.tools.spi.ToolPlugin;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tools in jars, compiled here with the example of the documentation.
class PluginsTest {
    @TempDir
    Path folder;

    /// The Java source that `docs/tools.md` shows.
    private static String example() throws IOException {
        String page = Files.readString(Path.of("docs/tools.md"));
        int start = page.indexOf("```java\n") + 8;
        return page.substring(start, page.indexOf("```", start));
    }

    private void jar(String name, String type, String source, String services) throws IOException {
        Path work = Files.createTempDirectory(folder, "work");
        Path file = work.resolve(type.replace('.', '/') + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, source);
        String spi = Objects.requireNonNull(
                        ToolPlugin.class.getProtectionDomain().getCodeSource())
                .getLocation()
                .getPath();
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-proc:none", "-cp", spi, "-d", work.toString(), file.toString()))
                .isZero();
        Path jars = Files.createDirectories(folder.resolve("plugins"));
        try (OutputStream out = Files.newOutputStream(jars.resolve(name));
                JarOutputStream jar = new JarOutputStream(out);
                Stream<Path> classes = Files.walk(work)) {
            for (Path each :
                    classes.filter(one -> one.toString().endsWith(".class")).toList()) {
                jar.putNextEntry(new JarEntry(work.relativize(each).toString()));
                jar.write(Files.readAllBytes(each));
            }
            jar.putNextEntry(new JarEntry("META-INF/services/" + ToolPlugin.class.getName()));
            jar.write(services.getBytes(StandardCharsets.UTF_8));
        }
    }

    private ToolSource source(String plugin) {
        ToolEntry.Source.Plugin source = new ToolEntry.Source.Plugin(plugin);
        return Plugins.load(folder.resolve("plugins"))
                .source(
                        new ToolEntry(
                                "roman",
                                null,
                                source,
                                Duration.ofSeconds(5),
                                1000,
                                2,
                                null,
                                null,
                                null,
                                List.of(),
                                "test:1:1"),
                        source);
    }

    @Test
    void theExampleRuns() throws Exception {
        jar("roman.jar", "com.example.RomanNumerals", example(), "com.example.RomanNumerals\n");
        ToolSource source = source("roman_numerals");
        assertThat(source.trouble()).isEmpty();
        ServerTool tool = source.tools().getFirst();
        assertThat(tool.name()).isEqualTo("roman");
        assertThat(tool.description()).contains("Roman");
        assertThat(tool.terms().idempotent()).isTrue();
        assertThat(output(tool, "{\"number\":2026}")).isEqualTo(ToolOutput.of("MMXXVI"));
        assertThat(ToolWorker.start(tool, "c", "{\"number\":0}")
                        .done()
                        .get(10, TimeUnit.SECONDS)
                        .run()
                        .status())
                .isEqualTo(ToolRun.Status.INVALID_ARGUMENTS);
    }

    private static ToolOutput output(ServerTool tool, String arguments) throws Exception {
        return ToolWorker.start(tool, "c", arguments)
                .done()
                .get(10, TimeUnit.SECONDS)
                .output();
    }

    @Test
    void whatIsBrokenIsLeftOutAndSaysSo() throws Exception {
        jar("a.jar", "com.example.RomanNumerals", example(), "com.example.NotThere\ncom.example.RomanNumerals\n");
        Files.writeString(folder.resolve("plugins/b.jar"), "no jar");
        assertThat(source("other").tools()).isEmpty();
        assertThat(source("other").trouble()).startsWith("there is no plug-in 'other' in ");
        assertThat(source("other").trouble()).endsWith("; there are: roman_numerals");
    }

    @Test
    void aThrownErrorIsNotToldToTheModel() throws Exception {
        jar("bad.jar", "com.example.Bad", """
            package com.example;
            public class Bad implements dev.gapura.tools.spi.ToolPlugin {
                public String name() { return "bad"; }
                public String description() { return ""; }
                public String schema() { return "{\\"type\\":\\"object\\"}"; }
                public dev.gapura.tools.spi.PluginResult run(String arguments) { throw new NoClassDefFoundError("secret"); }
            }
            """, "com.example.Bad");
        assertThat(output(source("bad").tools().getFirst(), "{}"))
                .isEqualTo(ToolOutput.failed("The tool failed. It may be unavailable at the moment."));
    }

    @Test
    void noFolderIsNoPlugin() {
        assertThat(List.of(source("any").trouble())).allMatch(why -> why.startsWith("there is no plug-in 'any'"));
    }
}
