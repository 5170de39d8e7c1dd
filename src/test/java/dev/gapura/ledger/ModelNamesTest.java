package dev.gapura.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.failure.FailureKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ModelNamesTest {
    private static Entry entry(@Nullable String model, @Nullable FailureKind failure) {
        Exchanges exchange = new Exchanges();
        exchange.model = model;
        exchange.failure = failure;
        exchange.usage = failure == null ? exchange.usage : null;
        return Entry.of(new Item(1, exchange.record()), 0);
    }

    @Test
    void namesThatNeverAnsweredShareOneRow() {
        ModelNames names = new ModelNames();
        assertThat(names.of(entry("made-up", FailureKind.PROVIDER_NOT_FOUND))).isEqualTo(ModelNames.OTHER);
        assertThat(names.of(entry("echo", FailureKind.PROVIDER_FAILED))).isEqualTo(ModelNames.OTHER);
    }

    @Test
    void aModelThatAnsweredHasItsFailuresUnderItsName() {
        ModelNames names = new ModelNames();
        assertThat(names.of(entry("echo", null))).isEqualTo("echo");
        assertThat(names.of(entry("echo", FailureKind.PROVIDER_FAILED))).isEqualTo("echo");
    }

    @Test
    void withoutAModelThereIsNoName() {
        assertThat(new ModelNames().of(entry(null, FailureKind.UNAUTHENTICATED)))
                .isEmpty();
    }
}
