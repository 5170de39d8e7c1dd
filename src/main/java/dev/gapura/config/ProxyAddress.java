package dev.gapura.config;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/// An HTTP proxy as [ProxySettings] names it, taken apart for whoever connects.
///
/// @param user null where it asks for none
/// @param password goes with the user; may be empty
public record ProxyAddress(
        String host,
        int port,
        @Nullable String user,
        @Nullable Secret password) {
    /// Port of a proxy that names none: that of Squid.
    private static final int USUAL_PORT = 3128;

    /// @param proxy `http://[user[:password]@]host[:port]`
    public static ProxyAddress of(URI proxy) {
        int port = proxy.getPort() >= 0 ? proxy.getPort() : USUAL_PORT;
        String info = proxy.getUserInfo();
        if (info == null) {
            return new ProxyAddress(proxy.getHost(), port, null, null);
        }
        int colon = info.indexOf(':');
        return new ProxyAddress(
                proxy.getHost(),
                port,
                colon < 0 ? info : info.substring(0, colon),
                new Secret(colon < 0 ? "" : info.substring(colon + 1)));
    }
}
