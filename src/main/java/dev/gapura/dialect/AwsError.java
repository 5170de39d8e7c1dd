package dev.gapura.dialect;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the name of an exception of Amazon Bedrock means. The name stands in the header `x-amzn-ErrorType` of an error
/// answer (`ValidationException:http://…`) and in a header of the message that ends a stream
/// (`modelStreamErrorException`). Source: the service model in `boto/botocore`
/// `botocore/data/bedrock-runtime/2023-09-30/service-2.json`, the statuses with it; those of signatures and tokens are
/// of AWS's front door. Stateless.
final class AwsError {
    /// Header of an error answer that names the exception, in lower case.
    static final String HEADER = "x-amzn-errortype";

    /// Status of the contract's table that each is read as. A model that is not ready (429) is overloaded, a
    /// quota of the account (400) is none of the request.
    private static final Map<String, Integer> STATUSES = Map.ofEntries(
            Map.entry("validationexception", 400),
            Map.entry("accessdeniedexception", 403),
            Map.entry("unrecognizedclientexception", 403),
            Map.entry("expiredtokenexception", 403),
            Map.entry("invalidsignatureexception", 403),
            Map.entry("incompletesignatureexception", 403),
            Map.entry("missingauthenticationtokenexception", 403),
            Map.entry("resourcenotfoundexception", 404),
            Map.entry("modeltimeoutexception", 408),
            Map.entry("modelerrorexception", 424),
            Map.entry("modelstreamerrorexception", 424),
            Map.entry("throttlingexception", 429),
            Map.entry("modelnotreadyexception", 503),
            Map.entry("serviceunavailableexception", 503),
            Map.entry("servicequotaexceededexception", 402),
            Map.entry("internalserverexception", 500));

    private AwsError() {}

    /// The status that the exception means, 0 for one that is not known.
    ///
    /// @param named as the header has it, null where there is none
    static int status(@Nullable String named) {
        if (named == null) {
            return 0;
        }
        int end = named.indexOf(':');
        String name = (end < 0 ? named : named.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return STATUSES.getOrDefault(name, 0);
    }
}
