package dev.gapura.server.edge;

import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;

/// Every answer the guard gives by itself, made once: refusing costs no more than accepting. Immutable.
final class Refusals {
    static final Failure REQUEST_LINE =
            bad("The request line is malformed: one method, one space, one target, one space, HTTP/1.1, CRLF.");
    static final Failure VERSION =
            bad("The protocol version is not supported on this connection: use HTTP/1.1, or HTTP/2 with its preface.");
    static final Failure TARGET = bad("The request target contains a byte that must be percent-encoded.");
    static final Failure TARGET_FORM =
            bad("The request target must be a path, or an absolute http(s) URL with a path.");
    static final Failure AUTHORITY = bad("The host in the request target differs from the Host header.");
    static final Failure NO_HOST = bad("The request has no Host header.");
    static final Failure TWO_HOSTS = bad("The request has more than one Host header.");
    static final Failure BAD_HOST = bad("The Host header is not a host name or address with an optional port.");
    static final Failure FOLDED = bad("A header line is folded; send each header on one line.");
    static final Failure HEADER_NAME = bad("A header line does not start with a name directly followed by a colon.");
    static final Failure HEADER_VALUE = bad("A header value contains a control or non-ASCII byte.");
    static final Failure LINE_END = bad("A line of the request does not end with CR LF.");
    static final Failure CONTENT_LENGTH = bad("Content-Length must appear once and be one decimal number.");
    static final Failure TRANSFER_ENCODING = bad("Transfer-Encoding must appear once and be `chunked`.");
    static final Failure BOTH_LENGTHS = bad("Content-Length and Transfer-Encoding exclude each other.");
    static final Failure OLD_CHUNKED = bad("HTTP/1.0 has no Transfer-Encoding.");
    static final Failure CHUNK_SIZE = bad("A chunk does not start with its size as a hexadecimal number and CR LF.");
    static final Failure CHUNK_END = bad("A chunk is longer or shorter than its announced size.");
    static final Failure CHUNK_EXTENSION = bad("A chunk extension is too long or contains a control byte.");
    static final Failure CHUNK_OVERHEAD = bad("The body is cut into too many small chunks.");
    static final Failure TRAILER = bad("A trailer after the last chunk is malformed or not allowed.");
    static final Failure TOO_MANY_UPGRADES = bad("The request has too many Upgrade or Expect headers.");

    static final Failure METHOD = Failure.of(
                    FailureKind.METHOD_NOT_ALLOWED,
                    "This method is not served; see the Allow header for those that are.")
            .withCode("method_not_allowed");
    static final Failure LONG_TARGET = Failure.of(FailureKind.TARGET_TOO_LONG, "The request line is too long.")
            .withCode("target_too_long");
    static final Failure LARGE_HEADERS = Failure.of(FailureKind.HEADERS_TOO_LARGE, "The request headers are too large.")
            .withCode("headers_too_large");
    static final Failure MANY_HEADERS = Failure.of(FailureKind.HEADERS_TOO_LARGE, "The request has too many headers.")
            .withCode("headers_too_large");
    static final Failure EXPECTATION = Failure.of(
                    FailureKind.EXPECTATION_FAILED, "The only expectation supported is 100-continue.")
            .withCode("expectation_failed");
    static final Failure SLOW_HEAD = Failure.of(FailureKind.SLOW_REQUEST, "The request head did not arrive in time.")
            .withCode("request_timeout");
    static final Failure SLOW_BODY = Failure.of(FailureKind.SLOW_REQUEST, "The request body did not arrive in time.")
            .withCode("request_timeout");
    static final Failure TOO_MANY_CONNECTIONS = Failure.of(
                    FailureKind.UNAVAILABLE, "The gateway has as many connections as it accepts; try again shortly.")
            .withCode("too_many_connections");

    private Refusals() {}

    private static Failure bad(String message) {
        return Failure.of(FailureKind.INVALID_REQUEST, message).withCode("malformed_request");
    }
}
