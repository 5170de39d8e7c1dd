package dev.gapura.testkit;

import dev.gapura.config.Config;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Certificates with their keys as PEM files, made anew for each run by the JDK's own tool: one that vouches for
/// itself, or an authority and what it has signed. One thread at a time.
public final class Certificates {
    private static final String PASSWORD = "only-for-tests";
    private static final String LOCALHOST = "dns:localhost,ip:127.0.0.1";

    private final Path folder;
    private int count;

    private Certificates() throws Exception {
        folder = Files.createTempDirectory("certificates");
    }

    /// A certificate for localhost that is its own authority.
    public static Config.Tls selfSigned() throws Exception {
        return new Certificates().make(List.of("-dname", "CN=localhost", "-ext", "san=" + LOCALHOST));
    }

    /// A new authority.
    public static Certificates authority() throws Exception {
        Certificates certificates = new Certificates();
        certificates.make(List.of("-dname", "CN=Test authority", "-ext", "bc:c"));
        return certificates;
    }

    /// The authority's own certificate.
    public Path ca() {
        return folder.resolve("1.pem");
    }

    /// A certificate for localhost, signed by the authority.
    public Config.Tls forLocalhost() throws Exception {
        return signed(LOCALHOST);
    }

    /// A certificate signed by the authority.
    ///
    /// @param names whom it is for, as the tool writes it: `dns:a.example`
    public Config.Tls signed(String names) throws Exception {
        return make(List.of("-dname", "CN=test", "-ext", "san=" + names, "-signer", "1"));
    }

    private Config.Tls make(List<String> more) throws Exception {
        Path store = folder.resolve("store.p12");
        String alias = Integer.toString(++count);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD));
        command.addAll(more);
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IllegalStateException(new String(keytool.getInputStream().readAllBytes()));
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return new Config.Tls(
                pem(alias + ".pem", "CERTIFICATE", keys.getCertificate(alias).getEncoded()),
                pem(
                        alias + "-key.pem",
                        "PRIVATE KEY",
                        keys.getKey(alias, PASSWORD.toCharArray()).getEncoded()));
    }

    private Path pem(String name, String type, byte[] content) throws Exception {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                folder.resolve(name), "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
    }
}
