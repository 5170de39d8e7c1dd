package dev.gapura.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// A file system of a few megabytes in memory. Needs the right to mount; where that is missing the test is skipped,
/// loudly.
final class SmallDisk implements AutoCloseable {
    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    static SmallDisk mount(Path folder, String options) throws IOException {
        Files.createDirectories(folder);
        String refused = run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString());
        if (!refused.isEmpty()) {
            System.err.println("SKIPPED: no small disk for tests (" + refused.strip() + ")");
            Assumptions.abort(refused);
        }
        return new SmallDisk(folder);
    }

    Path folder() {
        return folder;
    }

    void remount(String options) throws IOException {
        String refused = run("mount", "-o", "remount," + options, folder.toString());
        if (!refused.isEmpty()) {
            throw new IOException(refused);
        }
    }

    @Override
    public void close() throws IOException {
        run("umount", "-l", folder.toString());
    }

    private static String run(String... command) throws IOException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? "" : output + " ";
        } catch (IOException missing) {
            return missing.getMessage();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new IOException(ended);
        }
    }
}
