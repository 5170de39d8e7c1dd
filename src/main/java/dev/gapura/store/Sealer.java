package dev.gapura.store;

import dev.gapura.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/// Seals secrets for the database, so that whoever reads its files or a backup has nothing: AES-256-GCM (NIST SP
/// 800-38D) under a key that HKDF-SHA256 (RFC 5869) makes of the master key for each purpose. What is sealed names its
/// master key, so that keys can be changed one after the other; and it opens only for the purpose and the name it was
/// sealed for, so that nobody can put one row's secret into another. Any thread; some ten microseconds a call.
public final class Sealer {
    private static final String VERSION = "v1";
    /// Length that the mode is made for, and of which 2³² may be drawn at random for one key.
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, byte[]> masterKeys = new LinkedHashMap<>();
    private final String current;

    /// @param keys in base64, 32 bytes each: the first one seals, all of them open
    public Sealer(List<Secret> keys) {
        for (Secret key : keys) {
            byte[] bytes = Base64.getDecoder().decode(key.reveal());
            masterKeys.putIfAbsent(id(bytes), bytes);
        }
        current = id(Base64.getDecoder().decode(keys.getFirst().reveal()));
    }

    /// Seals a secret.
    ///
    /// @param purpose what kind of secret it is, such as `provider-key`
    /// @param name whose it is, such as the key of its row
    /// @return text of letters, digits and `.-_`
    public String seal(String purpose, String name, String secret) {
        return seal(purpose, name, secret.getBytes(StandardCharsets.UTF_8));
    }

    /// The same for bytes. Some milliseconds for a megabyte.
    public String seal(String purpose, String name, byte[] secret) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, current, purpose, name, nonce);
            byte[] sealed = cipher.doFinal(secret);
            byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
            return VERSION + "." + current + "."
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Opens what was sealed for the same purpose and name.
    ///
    /// @throws SealException with a sentence for the operator when the master key is missing or the text
    ///     is damaged
    public Secret open(String purpose, String name, String sealed) {
        return new Secret(new String(openBytes(purpose, name, sealed), StandardCharsets.UTF_8));
    }

    /// The same for bytes.
    public byte[] openBytes(String purpose, String name, String sealed) {
        String[] parts = sealed.split("\\.", -1);
        if (parts.length != 3 || !parts[0].equals(VERSION)) {
            throw new SealException("a sealed secret of " + name + " is none that this version knows");
        }
        if (!masterKeys.containsKey(parts[1])) {
            throw new SealException("the secret of " + name + " was sealed with the master key " + parts[1]
                    + ", and this gateway has " + String.join(", ", masterKeys.keySet())
                    + "; put that key back into storage.master_key or the file master.key, or enter the secret anew");
        }
        try {
            byte[] all = Base64.getUrlDecoder().decode(parts[2]);
            byte[] nonce = Arrays.copyOf(all, NONCE_BYTES);
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, parts[1], purpose, name, nonce);
            return cipher.doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
        } catch (GeneralSecurityException | IllegalArgumentException damaged) {
            throw new SealException("the secret of " + name + " is damaged or not its own; enter it anew");
        }
    }

    /// Whether it was sealed with the key that seals now; otherwise it should be sealed anew.
    public boolean isCurrent(String sealed) {
        return sealed.startsWith(VERSION + "." + current + ".");
    }

    private Cipher cipher(int mode, String masterKey, String purpose, String name, byte[] nonce)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode,
                key(Objects.requireNonNull(masterKeys.get(masterKey)), purpose),
                new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((VERSION + "\0" + purpose + "\0" + name).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static SecretKey key(byte[] masterKey, String purpose) throws GeneralSecurityException {
        return KDF.getInstance("HKDF-SHA256")
                .deriveKey(
                        "AES",
                        HKDFParameterSpec.ofExtract()
                                .addIKM(masterKey)
                                .thenExpand(("gapura " + purpose).getBytes(StandardCharsets.UTF_8), KEY_BYTES));
    }

    /// Tells master keys apart and says nothing about them.
    private static String id(byte[] masterKey) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("gapura master key id".getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(masterKey), 0, 4);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
