package dev.gapura.egress;

import dev.gapura.config.ProxySettings;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.net.ClientSSLOptions;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connects to an address after the check: the name is resolved once, every address it leads to must be one that may
/// be reached, and the connection goes to one of those. The one way out to addresses that came from outside. One
/// instance a process; called on an event loop, where its futures complete.
///
/// @param client makes connections that are not pooled
/// @param tls whom to trust; names are verified
record Reach(HttpClientAgent client, Resolver resolver, ProxySettings proxies, ClientSSLOptions tls) {
    private static final Logger LOG = LoggerFactory.getLogger(Reach.class);
    /// Addresses of one name that are tried.
    private static final int TRIES = 3;

    /// Why there is no connection.
    static final class UnreachableException extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean refused;

        private UnreachableException(boolean refused, String reason) {
            super(reason, null, false, false);
            this.refused = refused;
        }

        /// Whether the address may not be reached; otherwise it could not be, and the message ends a sentence.
        boolean refused() {
            return refused;
        }
    }

    /// A connection of the caller's own, which it closes.
    ///
    /// @param connectTimeout of one try, TLS included
    /// @return fails with an [UnreachableException]
    Future<HttpClientConnection> connect(WebAddress address, EgressRules rules, Duration connectTimeout) {
        if (!mayAsk(address, rules)) {
            return Future.failedFuture(refusal());
        }
        Future<List<InetAddress>> found = address.literal() != null
                ? Future.succeededFuture(List.of(address.literal()))
                : resolver.resolve(address.host()).recover(unknown -> {
                    LOG.debug("{} is not known", address.host(), unknown);
                    return Future.succeededFuture(List.of());
                });
        return found.compose(addresses -> {
            if (addresses.isEmpty()) {
                return Future.failedFuture(new UnreachableException(false, "the name of its server is not known"));
            }
            if (!addresses.stream().allMatch(one -> rules.permits(address.host(), address.port(), one))) {
                LOG.debug("{} leads to {}, which may not be reached", address.host(), addresses);
                return Future.failedFuture(refusal());
            }
            return attempt(address, addresses, 0, connectTimeout);
        });
    }

    /// What can be said before a name is resolved.
    static boolean mayAsk(WebAddress address, EgressRules rules) {
        boolean named = rules.names(address.host(), address.port());
        return named || (address.secure() && !SpecialAddresses.isMetadata(address.host()));
    }

    private static UnreachableException refusal() {
        return new UnreachableException(true, "its address may not be reached");
    }

    private Future<HttpClientConnection> attempt(
            WebAddress address, List<InetAddress> found, int index, Duration connectTimeout) {
        return client.connect(Connecting.options(address, found.get(index), connectTimeout, tls, proxies))
                .recover(cause -> {
                    if (isTls(cause)) {
                        LOG.debug("no secure connection to {}", address.host(), cause);
                        return Future.failedFuture(
                                new UnreachableException(false, "no secure connection to its server could be made"));
                    }
                    if (index + 1 < Math.min(found.size(), TRIES)) {
                        return attempt(address, found, index + 1, connectTimeout);
                    }
                    LOG.debug("no connection to {}", address.host(), cause);
                    return Future.failedFuture(new UnreachableException(false, "its server cannot be reached"));
                });
    }

    private static boolean isTls(Throwable cause) {
        return cause instanceof SSLException
                || (cause instanceof DecoderException && cause.getCause() instanceof SSLException);
    }
}
