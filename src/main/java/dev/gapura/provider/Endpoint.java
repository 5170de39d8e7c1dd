package dev.gapura.provider;

/// Where one upstream call goes.
///
/// @param host name or address literal, IPv6 without brackets
/// @param port TCP port, the scheme's own when the URL names none
/// @param ssl whether TLS is spoken
/// @param target request target: path and query, percent-encoded
public record Endpoint(String host, int port, boolean ssl, String target) {}
