/// Amazon Bedrock's Converse and ConverseStream
/// (<https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>): requests written and read,
/// answers and streams read. Facts and their sources: the service model in `boto/botocore`
/// `botocore/data/bedrock-runtime/2023-09-30/service-2.json`, and recorded traffic.
@NullMarked
package dev.gapura.dialect.bedrock;

import org.jspecify.annotations.NullMarked;
