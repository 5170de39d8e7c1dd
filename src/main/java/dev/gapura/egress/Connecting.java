package dev.gapura.egress;

import dev.gapura.config.ProxyAddress;
import dev.gapura.config.ProxySettings;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;

/// How a connection is made to an address that was checked, for a host that is named. Stateless; any thread.
final class Connecting {
    private Connecting() {}

    static HttpConnectOptions options(
            WebAddress address, InetAddress checked, Duration timeout, ClientSSLOptions tls, ProxySettings proxies) {
        HttpConnectOptions options = new HttpConnectOptions()
                .setHost(address.host())
                .setPort(address.port())
                .setServer(socketAddress(checked, address.port()))
                .setSsl(address.secure())
                .setConnectTimeout(timeout.toMillis());
        if (!address.secure()) {
            return options;
        }
        URI proxy = proxies.proxyFor(address.host(), address.port());
        return proxy == null
                ? options.setSslOptions(tls)
                : options.setSslOptions(tls).setProxyOptions(proxyOptions(proxy));
    }

    /// What `Host` says.
    static HostAndPort authority(WebAddress address) {
        String host = address.host();
        return HostAndPort.authority(host.contains(":") ? "[" + host + "]" : host, address.port());
    }

    /// The address alone: one that carries its name might be resolved again.
    private static SocketAddress socketAddress(InetAddress address, int port) {
        try {
            return SocketAddress.inetSocketAddress(
                    new InetSocketAddress(InetAddress.getByAddress(address.getAddress()), port));
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    private static ProxyOptions proxyOptions(URI proxy) {
        ProxyAddress address = ProxyAddress.of(proxy);
        ProxyOptions options = new ProxyOptions()
                .setType(ProxyType.HTTP)
                .setHost(address.host())
                .setPort(address.port());
        if (address.user() != null && address.password() != null) {
            options.setUsername(address.user()).setPassword(address.password().reveal());
        }
        return options;
    }
}
