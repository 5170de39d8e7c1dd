package dev.gapura.server.edge;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Raw HTTP/1.1 requests and the statuses a client must get for them, in order. Written for this project from RFC 9110
/// and 9112 and from what HTTP servers are known to have got wrong.
final class RawRequests {
    /// @param bytes what is sent
    /// @param statuses the answers expected, in order; after a refusal the connection ends
    record Raw(String name, byte[] bytes, List<Integer> statuses) {
        boolean refused() {
            return statuses.getLast() >= 400;
        }

        @Override
        public String toString() {
            return name + " -> " + statuses;
        }
    }

    private static final String HOST = "Host: a.example\r\n";
    private static final String GET = "GET / HTTP/1.1\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a.example\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

    private RawRequests() {}

    static List<Raw> all() {
        List<Raw> all = new ArrayList<>(good());
        all.addAll(requestLines());
        all.addAll(hosts());
        all.addAll(headers());
        all.addAll(lengths());
        all.addAll(chunks());
        all.addAll(sizes());
        all.addAll(pipelines());
        return all;
    }

    static List<Raw> good() {
        return List.of(
                raw("plain", GET + HOST + "\r\n", 200),
                raw("port", GET + "Host: a.example:8080\r\n\r\n", 200),
                raw("IPv6 host", GET + "Host: [::1]:80\r\n\r\n", 200),
                raw("query", "GET /v1/models?a=%20b&c[]=d HTTP/1.1\r\n" + HOST + "\r\n", 200),
                raw("absolute form", "GET http://A.example/x HTTP/1.1\r\n" + HOST + "\r\n", 200),
                raw("asterisk form", "OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n", 200),
                raw("head", "HEAD / HTTP/1.1\r\n" + HOST + "\r\n", 200),
                raw("empty value", GET + HOST + "X-Empty:\r\nX-Blank: \t \r\n\r\n", 200),
                raw("no space after colon", GET + "host:a.example\r\n\r\n", 200),
                raw("tab in value", GET + HOST + "X-A: a\tb\r\n\r\n", 200),
                raw("token punctuation in name", GET + HOST + "x!#$%&'*+-.^_`|~9: v\r\n\r\n", 200),
                raw("foreign bytes in a cookie", GET + HOST + "Cookie: a=\u00e9\r\n\r\n", 200),
                raw("fixed body", POST + "Content-Length: 5\r\n\r\nhello", 200),
                raw("empty body", POST + "Content-Length: 0\r\n\r\n", 200),
                raw("chunked body", CHUNKED + "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", 200),
                raw(
                        "chunked, other case",
                        POST + "transfer-encoding: Chunked\r\n\r\n0A\r\n0123456789\r\n0\r\n\r\n",
                        200),
                raw("chunk extension", CHUNKED + "5;a=b;c=\"d e\"\r\nhello\r\n0;last\r\n\r\n", 200),
                raw("trailer", CHUNKED + "5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-Other:\r\n\r\n", 200),
                raw("expect", POST + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\nok", 200),
                raw(
                        "upgrade to WebSocket is ignored",
                        GET + HOST + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                        200),
                raw(
                        "upgrade to HTTP/2 is ignored",
                        GET + HOST + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                                + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
                        200),
                raw("HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", 200),
                raw("HTTP/1.0 keep-alive", "GET / HTTP/1.0\r\n" + HOST + "Connection: keep-alive\r\n\r\n", 200),
                raw("empty line before", "\r\n" + GET + HOST + "\r\n", 200),
                raw("two in a row", GET + HOST + "\r\n" + GET + HOST + "\r\n", 200, 200),
                raw(
                        "three with bodies",
                        POST + "Content-Length: 3\r\n\r\nabc" + CHUNKED + "2\r\nde\r\n0\r\n\r\n" + GET + HOST + "\r\n",
                        200,
                        200,
                        200));
    }

    private static List<Raw> requestLines() {
        return List.of(
                raw("two spaces before target", "GET  / HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("two spaces before version", "GET /  HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("tab before target", "GET\t/ HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("tab before version", "GET /\tHTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("space after version", "GET / HTTP/1.1 \r\n" + HOST + "\r\n", 400),
                raw("space before method", " GET / HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("two empty lines before", "\r\n\r\n" + GET + HOST + "\r\n", 400),
                raw("no version", "GET /\r\n" + HOST + "\r\n", 400),
                raw("HTTP/0.9", "GET / HTTP/0.9\r\n" + HOST + "\r\n", 400),
                raw("HTTP/1.2", "GET / HTTP/1.2\r\n" + HOST + "\r\n", 400),
                raw("HTTP/2.0", "GET / HTTP/2.0\r\n" + HOST + "\r\n", 400),
                raw("HTTP/1.10", "GET / HTTP/1.10\r\n" + HOST + "\r\n", 400),
                raw("lower-case protocol", "GET / http/1.1\r\n" + HOST + "\r\n", 400),
                raw("broken HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", 400),
                raw("raw byte in target", "GET /\u00e9 HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("NUL in target", "GET /\0 HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("encoded NUL in target", "GET /%00 HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("bad escape in target", "GET /%g0 HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("delete in target", "GET /\u007f HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("backslash in target", "GET /a\\b HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("quote in target", "GET /\" HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("fragment in target", "GET /a#b HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("relative target", "GET a HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("asterisk for GET", "GET * HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("absolute form of another host", "GET http://b.example/ HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("absolute form without path", "GET http://a.example?x=/y HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("absolute form with user", "GET http://u@a.example/ HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("absolute form of another scheme", "GET ftp://a.example/ HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("control byte in method", "G\u0001T / HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("NUL before the request", "\0" + GET + HOST + "\r\n", 400),
                raw("empty method", " / HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("bare LF after request line", "GET / HTTP/1.1\n" + HOST + "\r\n", 400),
                raw("bare CR in request line", "GET /\r HTTP/1.1\r\n" + HOST + "\r\n", 400),
                raw("TLS on a clear-text port", "\u0016\u0003\u0001\u0002\u0000\u0001", 400),
                raw("CONNECT", "CONNECT a.example:443 HTTP/1.1\r\n" + HOST + "\r\n", 405),
                raw("TRACE", "TRACE / HTTP/1.1\r\n" + HOST + "\r\n", 405),
                raw("unknown method", "BREW / HTTP/1.1\r\n" + HOST + "\r\n", 405),
                raw("lower-case method", "get / HTTP/1.1\r\n" + HOST + "\r\n", 405));
    }

    private static List<Raw> hosts() {
        return List.of(
                raw("no host", GET + "\r\n", 400),
                raw("two hosts", GET + HOST + HOST + "\r\n", 400),
                raw("two different hosts", GET + HOST + "hOST: b.example\r\n\r\n", 400),
                raw("empty host", GET + "Host:\r\n\r\n", 400),
                raw("host with path", GET + "Host: a.example/x\r\n\r\n", 400),
                raw("host with query", GET + "Host: a.example?x\r\n\r\n", 400),
                raw("host with fragment", GET + "Host: a.example#x\r\n\r\n", 400),
                raw("host with user", GET + "Host: u@a.example\r\n\r\n", 400),
                raw("host with space", GET + "Host: a. example\r\n\r\n", 400),
                raw("two hosts in one header", GET + "Host: a.example, b.example\r\n\r\n", 400),
                raw("port out of range", GET + "Host: a.example:65536\r\n\r\n", 400),
                raw("port not a number", GET + "Host: a.example:8o\r\n\r\n", 400),
                raw("unclosed IPv6 host", GET + "Host: [::1\r\n\r\n", 400));
    }

    private static List<Raw> headers() {
        return List.of(
                raw("folded with space", GET + HOST + "X-A: b\r\n c\r\n\r\n", 400),
                raw("folded with tab", GET + HOST + "X-A: b\r\n\tc\r\n\r\n", 400),
                raw("folded at the start", GET + " X-A: b\r\n" + HOST + "\r\n", 400),
                raw("empty name", GET + HOST + ": b\r\n\r\n", 400),
                raw("space before colon", GET + HOST + "X-A : b\r\n\r\n", 400),
                raw("space in name", GET + HOST + "X A: b\r\n\r\n", 400),
                raw("no colon", GET + HOST + "X-A\r\n\r\n", 400),
                raw("NUL in name", GET + HOST + "X\0A: b\r\n\r\n", 400),
                raw("raw byte in name", GET + HOST + "X\u00e9: b\r\n\r\n", 400),
                raw("NUL in value", GET + HOST + "X-A: b\0c\r\n\r\n", 400),
                raw("control byte in value", GET + HOST + "X-A: b\u0001c\r\n\r\n", 400),
                raw("delete in value", GET + HOST + "X-Long-Enough: 0123456789\u007fabcdef\r\n\r\n", 400),
                raw("raw byte in value", GET + HOST + "X-A: \u00e9\r\n\r\n", 400),
                raw("bare LF between headers", GET + HOST + "X-A: b\nX-B: c\r\n\r\n", 400),
                raw("bare CR in value", GET + HOST + "X-A: b\rX-B: c\r\n\r\n", 400),
                raw("head ends with bare LF", GET + HOST + "\n", 400),
                raw("only bare LFs", "GET / HTTP/1.1\nHost: a.example\n\n", 400),
                raw("unknown expectation", POST + "Expect: the-worst\r\nContent-Length: 0\r\n\r\n", 417));
    }

    private static List<Raw> lengths() {
        String smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n";
        return List.of(
                raw(
                        "length and chunked",
                        POST + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled,
                        400),
                raw(
                        "chunked and length",
                        POST + "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n" + smuggled,
                        400),
                raw("identity, chunked", POST + "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n", 400),
                raw("chunked, identity", POST + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
                raw("gzip, chunked", POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
                raw("xchunked", POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
                raw("quoted chunked", POST + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 400),
                raw("chunked with parameter", POST + "Transfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n", 400),
                raw("chunked behind a vertical tab", POST + "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n", 400),
                raw(
                        "chunked twice",
                        POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        400),
                raw("chunked, chunked", POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400),
                raw("empty coding", POST + "Transfer-Encoding:\r\n\r\n0\r\n\r\n", 400),
                raw(
                        "chunked on HTTP/1.0",
                        "POST / HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        400),
                raw("length with plus", POST + "Content-Length: +5\r\n\r\nhello", 400),
                raw("negative length", POST + "Content-Length: -5\r\n\r\nhello", 400),
                raw("length list", POST + "Content-Length: 5, 5\r\n\r\nhello", 400),
                raw("length twice", POST + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400),
                raw("two lengths", POST + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", 400),
                raw("length over 64 bits", POST + "Content-Length: 18446744073709551621\r\n\r\nhello", 400),
                raw("hexadecimal length", POST + "Content-Length: 0x5\r\n\r\nhello", 400),
                raw("length with space inside", POST + "Content-Length: 1 0\r\n\r\n0123456789", 400),
                raw("empty length", POST + "Content-Length:\r\n\r\n", 400));
    }

    private static List<Raw> chunks() {
        return List.of(
                raw("chunk size with plus", CHUNKED + "+5\r\nhello\r\n0\r\n\r\n", 400),
                raw("negative chunk size", CHUNKED + "-5\r\nhello\r\n0\r\n\r\n", 400),
                raw("chunk size with 0x", CHUNKED + "0x5\r\nhello\r\n0\r\n\r\n", 400),
                raw("empty chunk size", CHUNKED + "\r\nhello\r\n0\r\n\r\n", 400),
                raw("space before chunk size", CHUNKED + " 5\r\nhello\r\n0\r\n\r\n", 400),
                raw("space after chunk size", CHUNKED + "5 \r\nhello\r\n0\r\n\r\n", 400),
                raw("chunk size over 32 bits", CHUNKED + "100000005\r\nhello\r\n0\r\n\r\n", 400),
                raw("chunk size over 64 bits", CHUNKED + "10000000000000005\r\nhello\r\n0\r\n\r\n", 400),
                raw("no line end after chunk", CHUNKED + "5\r\nhello0\r\n\r\n", 400),
                raw("chunk longer than announced", CHUNKED + "4\r\nhello\r\n0\r\n\r\n", 400),
                raw("bare LF after chunk size", CHUNKED + "5\nhello\r\n0\r\n\r\n", 400),
                raw("bare LF after chunk", CHUNKED + "5\r\nhello\n0\r\n\r\n", 400),
                raw("bare CR after chunk size", CHUNKED + "5\rhello\r\n0\r\n\r\n", 400),
                raw("LF in chunk extension", CHUNKED + "5;a\nb\r\nhello\r\n0\r\n\r\n", 400),
                raw("NUL in chunk extension", CHUNKED + "5;a\0\r\nhello\r\n0\r\n\r\n", 400),
                raw("long chunk extension", CHUNKED + "5;" + "a".repeat(65536) + "\r\nhello\r\n0\r\n\r\n", 400),
                raw("bad trailer", CHUNKED + "0\r\nX A: b\r\n\r\n", 400),
                raw("trailer without name", CHUNKED + "0\r\n: b\r\n\r\n", 400),
                raw("folded trailer", CHUNKED + "0\r\nX-A: b\r\n c\r\n\r\n", 400),
                raw("large trailers", CHUNKED + "0\r\n" + "X-A: b\r\n".repeat(1000) + "\r\n", 400),
                raw("a body of tiny chunks", CHUNKED + "1\r\na\r\n".repeat(20000) + "0\r\n\r\n", 400));
    }

    private static List<Raw> sizes() {
        return List.of(
                raw("long target", "GET /" + "a".repeat(128 * 1024) + " HTTP/1.1\r\n" + HOST + "\r\n", 414),
                raw("endless target", "GET /" + "a".repeat(20 * 1024), 414),
                raw("endless method", "A".repeat(20 * 1024), 414),
                raw("large header", GET + HOST + "X-A: " + "b".repeat(128 * 1024) + "\r\n\r\n", 431),
                raw("endless header name", GET + HOST + "b".repeat(64 * 1024), 431),
                raw("many small headers", GET + HOST + "X: y\r\n".repeat(10_000) + "\r\n", 431),
                raw("101 headers", GET + HOST + "X: y\r\n".repeat(100) + "\r\n", 431),
                raw(
                        "large headers together",
                        GET + HOST + ("X-A: " + "b".repeat(1000) + "\r\n").repeat(40) + "\r\n",
                        431),
                raw("100 headers", GET + HOST + "X: y\r\n".repeat(99) + "\r\n", 200),
                raw("a head of 30 KiB", GET + HOST + ("X-A: " + "b".repeat(1000) + "\r\n").repeat(30) + "\r\n", 200),
                raw("a target of 8000 bytes", "GET /" + "a".repeat(8000) + " HTTP/1.1\r\n" + HOST + "\r\n", 200));
    }

    private static List<Raw> pipelines() {
        String good = GET + HOST + "\r\n";
        return List.of(
                raw("good, bad", good + "GET  / HTTP/1.1\r\n" + HOST + "\r\n", 200, 400),
                raw("good, good, bad, good", good + good + GET + "\r\n" + good, 200, 200, 400),
                raw(
                        "good with body, bad chunk",
                        POST + "Content-Length: 5\r\n\r\nhello" + CHUNKED + "5\r\nhelloX\r\n0\r\n\r\n",
                        200,
                        400),
                raw("body shorter than its rest", POST + "Content-Length: 3\r\n\r\nhello\r\n", 200, 400));
    }

    private static Raw raw(String name, String text, Integer... statuses) {
        return new Raw(name, text.getBytes(StandardCharsets.ISO_8859_1), List.of(statuses));
    }
}
