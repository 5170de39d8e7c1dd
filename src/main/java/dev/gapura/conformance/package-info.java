/// What has been seen to work with which provider: results of playing recorded exchanges through a whole gateway, as
/// the tests keep them, and the tables made of them.
@org.jspecify.annotations.NullMarked
package dev.gapura.conformance;
