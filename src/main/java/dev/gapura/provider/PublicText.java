package dev.gapura.provider;

import dev.gapura.config.Secret;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes a provider's words fit for a caller: takes out keys, account ids, upstream addresses and e-mail
/// addresses, and keeps the rest. The one place that decides what of a provider's text may be shown.
///
/// Two nets: what this provider is configured with is searched verbatim and in masked forms (`sk-ab***xyz`),
/// and what looks like a secret is searched by shape. Shapes are chosen so that model names, parameter paths,
/// tool names and numbers survive; where in doubt the text is taken out. Immutable; any thread. The text is
/// cut before it is searched and every repetition that can fail is bounded, so that no text takes long.
public final class PublicText {
    /// Longest text that is looked at, in UTF-16 units; an error page can be megabytes.
    private static final int MAX_INPUT = 16_384;

    /// Longest text that is given out, in UTF-16 units.
    static final int MAX_OUTPUT = 1_000;

    /// Shorter configured values are not searched: they could be any word.
    private static final int MIN_SECRET = 6;

    private static final String KEY = "[key]";
    private static final String ID = "[id]";
    private static final String ADDRESS = "[address]";
    private static final String EMAIL = "[email]";

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029\\s]+");

    /// A pattern and what replaces it; the predicate tells a secret from an innocent match.
    private record Net(Pattern pattern, String replacement, Predicate<MatchResult> secret) {
        static Net of(String regex, String replacement) {
            return new Net(Pattern.compile(regex), replacement, match -> true);
        }

        static Net of(String regex, String replacement, Predicate<MatchResult> secret) {
            return new Net(Pattern.compile(regex), replacement, secret);
        }

        String apply(String text) {
            Matcher matcher = pattern.matcher(text);
            return matcher.replaceAll(
                    match -> Matcher.quoteReplacement(secret.test(match) ? expand(match) : match.group()));
        }

        private String expand(MatchResult match) {
            return match.groupCount() == 0 ? replacement : match.group(1) + replacement;
        }
    }

    private static final List<Net> NETS = List.of(
            Net.of("-----BEGIN [A-Z ]+-----[^-]{0,8000}(?:-----END [A-Z ]+-----)?", KEY),
            // Three parts of base64url; the first is a JSON object, which begins {" = eyJ.
            Net.of("\\beyJ[\\w-]{5,}(?:\\.[\\w-]*){0,4}", KEY),
            Net.of("(?i)\\b(bearer|basic)\\s+[\\w.~+/=-]{8,}", " " + KEY, PublicText::looksLikeToken),
            // Vendor prefixes, whole or masked in the middle.
            Net.of(
                    "\\b(?:sk|pk|rk|xai|gsk|csk|pplx|nvapi|hf|fw|fpk|r8|tgp|key|ghp|gho|ghs|glpat|xox[abpsr]|github_pat|"
                            + "ant|lsv2|vck|or|dapi)[-_][\\w*.…•-]{4,}",
                    KEY,
                    PublicText::looksLikeKey),
            Net.of("\\bAIza[\\w-]{20,}|\\bya29\\.[\\w-]{10,}|\\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}", KEY),
            // Masked in the middle or at the front, whatever the prefix.
            Net.of("[\\w-]{0,40}(?:\\*{3,}|•{3,})[\\w*•-]*", KEY),
            Net.of(
                    "(?i)((?:\\b|_)(?:api[-_ ]?key|access[-_ ]?key(?:[-_ ]?id)?|secret(?:[-_ ]?(?:access[-_ ]?)?key)?"
                            + "|(?:access|auth|api|session|security|refresh|bearer)[-_ ]?token|password|passwd|signature"
                            + "|authorization|credential)s?(?: provided)?[\"']?\\s*[:=]\\s*[\"'`]?)"
                            + "(?!\\[key\\]|bearer\\b|basic\\b)[^\\s\"'`,;&<>]{6,}",
                    KEY,
                    match -> !plainWord(match.group().substring(match.group(1).length()))),
            Net.of("(?i)([?&](?:key|token|sig|code|api-key|access_token)=)[^\\s&\"'<>]+", KEY),
            Net.of("\\b[\\w.%+-]{1,64}@[\\w-]{1,63}(?:\\.[\\w-]{1,63})+", EMAIL),
            Net.of("\\barn:aws[\\w:/.*-]*", ID),
            Net.of("(?i)\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b", ID),
            Net.of(
                    "(?i)\\b(?:org|organization|proj|project|user|acct|account|acc|team|ws|workspace|wrkspc|cust|cus"
                            + "|tenant|sub|customer)[-_](?!id\\b)[A-Za-z0-9]{6,}\\b",
                    ID,
                    match -> notAWord(match.group())),
            Net.of("(?i)\\b((?:projects|subscriptions|tenants|organizations|resourceGroups)/)[\\w.:-]+", ID),
            Net.of("(?i)\\b(accounts?/)(?=[\\w-]*\\d)[\\w-]+", ID),
            Net.of(
                    "(?i)\\b((?:organi[sz]ation|project|account|team|tenant|subscription|workspace|user|customer|consumer)"
                            + "(?:[-_ ]?(?:id|number|name))?[\"']?\\s*(?:is\\s+|[:=#]\\s*)?[\"'`']?(?:project_number:)?)"
                            + "(?:\\d{6,}|(?=[a-z-]*\\d)[0-9a-f-]{8,})\\b",
                    ID),
            Net.of("\\b(?:https?://)?(?:\\d{1,3}\\.){3}\\d{1,3}(?::\\d{1,5})?(?:/[^\\s\"'<>)]*)?(?![\\w.])", ADDRESS),
            Net.of(
                    "(?i)(?<![\\w:.])(?:https?://)?\\[?[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:%\\w+)?]?(?::\\d{1,5})?"
                            + "(?![\\w:])",
                    ADDRESS, match -> isIpv6(match.group())),
            Net.of(
                    "(?i)\\b(?:https?://)?(?:[a-z0-9-]{1,63}\\.){1,6}(?:internal|local|localdomain|cluster|svc|lan|corp|intranet)"
                            + "\\b(?::\\d{1,5})?(?:/[^\\s\"'<>)]*)?",
                    ADDRESS),
            Net.of(
                    "(?i)\\b(?:https?://)?localhost(?::\\d{1,5})?(?:/[^\\s\"'<>)]*)?",
                    ADDRESS,
                    match -> match.group().contains(":")),
            Net.of("\\b[0-9a-fA-F]{24,}\\b", KEY, match -> hasDigit(match.group())),
            Net.of("[A-Za-z0-9+/=_]{32,}", KEY, match -> mixed(match.group())),
            Net.of("\\b[A-Za-z0-9][\\w-]{38,}\\b", KEY, match -> mixed(match.group()) && runOf(match.group(), 16)));

    private final List<Net> own;

    /// A cleaner that also knows what this provider is configured with.
    public PublicText(Provider provider) {
        List<Net> nets = new ArrayList<>();
        Secret credential = provider.credential();
        if (credential != null) {
            addSecret(nets, credential.reveal());
        }
        KeyTurns turns = provider.turns();
        if (turns != null) {
            turns.credentials().forEach(secret -> addSecret(nets, secret.reveal()));
        }
        Identity identity = provider.identity();
        if (identity != null) {
            identity.secrets().forEach(secret -> addSecret(nets, secret.reveal()));
        }
        provider.headers().forEach((name, value) -> {
            if (value.length() >= 12 || name.contains("key") || name.contains("auth") || name.contains("token")) {
                addSecret(nets, value);
            }
        });
        addHost(nets, provider.baseUrl());
        if (provider.proxy() != null) {
            addHost(nets, provider.proxy());
            String user = provider.proxy().getUserInfo();
            if (user != null) {
                addSecret(nets, user.substring(user.indexOf(':') + 1));
            }
        }
        own = List.copyOf(nets);
    }

    /// The text without what must not be shown: one line, at most about a thousand characters.
    public String clean(@Nullable String text) {
        if (text == null) {
            return "";
        }
        String cleaned = text.length() > MAX_INPUT ? cut(text, MAX_INPUT) : text;
        cleaned = CONTROL.matcher(cleaned).replaceAll(" ").strip();
        for (Net net : own) {
            cleaned = net.apply(cleaned);
        }
        for (Net net : NETS) {
            cleaned = net.apply(cleaned);
        }
        return cleaned.length() > MAX_OUTPUT ? cut(cleaned, MAX_OUTPUT - 1).stripTrailing() + "…" : cleaned;
    }

    private static String cut(String text, int length) {
        return text.substring(0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
    }

    private static void addSecret(List<Net> nets, String headerValue) {
        String secret = headerValue.regionMatches(true, 0, "Bearer ", 0, 7) ? headerValue.substring(7) : headerValue;
        if (secret.length() < MIN_SECRET) {
            return;
        }
        nets.add(Net.of(Pattern.quote(secret), KEY));
        if (secret.length() < 12) {
            return;
        }
        // Pieces that providers show: the first half with anything behind it, a masked middle, a bare tail.
        String head = Pattern.quote(secret.substring(0, secret.length() / 2));
        nets.add(Net.of(head + "[\\w*.…•-]*", KEY));
        nets.add(Net.of(
                Pattern.quote(secret.substring(0, 2)) + "[\\w-]{0,24}(?:[*•xX#]{2,40}|\\.{2,4}|…)[\\w*•-]*", KEY));
        String tail = Pattern.quote(secret.substring(secret.length() - 4));
        nets.add(Net.of("[*•xX#.…]{2,12}" + tail + "(?!\\w)", KEY));
        nets.add(Net.of("(?i)((?:ending|ends) (?:in|with) [\"'`]?)" + tail, KEY));
    }

    /// The host, with scheme, port and path where they stand beside it, and its subdomains.
    private static void addHost(List<Net> nets, URI url) {
        String host = url.getHost();
        if (host != null) {
            nets.add(Net.of(
                    "(?i)(?:https?://)?(?<![\\w-])(?:[\\w-]{1,63}\\.){0,6}" + Pattern.quote(host)
                            + "(?![\\w-]|\\.\\w)(?::\\d{1,5})?(?:/[^\\s\"'<>)]*)?",
                    ADDRESS));
        }
    }

    private static boolean looksLikeToken(MatchResult match) {
        String token = match.group().substring(match.group(1).length()).strip();
        return hasDigit(token) || token.length() >= 24;
    }

    /// `key-abc` and `or_more` are words, `key-ab12cd34` is not.
    private static boolean looksLikeKey(MatchResult match) {
        String text = match.group();
        String rest = text.substring(Math.max(text.indexOf('-'), 0) + 1);
        return hasDigit(rest)
                || rest.contains("*")
                || rest.contains("..")
                || rest.contains("…")
                || rest.contains("•")
                || !rest.toLowerCase(Locale.ROOT).equals(rest)
                || (text.startsWith("sk-") && rest.length() >= 8);
    }

    private static boolean notAWord(String id) {
        String rest = id.substring(Math.max(id.indexOf('-'), id.indexOf('_')) + 1);
        return hasDigit(rest) || !rest.toLowerCase(Locale.ROOT).equals(rest) || rest.length() >= 16;
    }

    private static boolean plainWord(String value) {
        return value.chars().allMatch(c -> Character.isLowerCase(c) || c == '.' || c == '_');
    }

    private static boolean isIpv6(String text) {
        boolean hex = text.chars().anyMatch(c -> Character.digit(c, 16) >= 0);
        return hex && (text.contains("::") || text.chars().filter(c -> c == ':').count() >= 5);
    }

    private static boolean hasDigit(String text) {
        return text.chars().anyMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean mixed(String text) {
        return hasDigit(text)
                && text.chars().anyMatch(c -> c >= 'a' && c <= 'z')
                && text.chars().anyMatch(c -> c >= 'A' && c <= 'Z');
    }

    /// Whether the text has a run of letters and digits of that length: names of models are hyphenated,
    /// secrets not.
    private static boolean runOf(String text, int length) {
        int run = 0;
        for (int i = 0; i < text.length(); i++) {
            run = Character.isLetterOrDigit(text.charAt(i)) ? run + 1 : 0;
            if (run >= length) {
                return true;
            }
        }
        return false;
    }
}
