package dev.gapura.exchange;

import dev.gapura.failure.FailureKind;
import dev.gapura.route.Target;
import dev.gapura.telemetry.ExchangeRecord;
import dev.gapura.telemetry.ProviderCall;
import dev.gapura.upstream.Course;
import java.util.ArrayList;
import java.util.List;

/// The attempts that one exchange makes, for its record. One instance an exchange, on its event loop.
final class CallLog {
    /// Attempts that are told of one by one; those of an exchange with more are counted.
    private static final int MOST = 100;
    private static final long NANOS_A_MILLI = 1_000_000;

    private final List<Course> courses = new ArrayList<>(1);

    void add(Course course) {
        if (courses.size() < MOST) {
            courses.add(course);
        }
    }

    /// The exchange ends badly: with it the attempts that are under way, and the last one where the fault is
    /// in what the provider said.
    void failed(FailureKind why) {
        courses.forEach(course -> course.end(course.status() == 0 || course.status() == 200 ? why : null));
        if (!courses.isEmpty() && why.source() == FailureKind.Source.PROVIDER) {
            Course last = courses.getLast();
            if (last.status() == 200) {
                last.fail(why);
            }
        }
    }

    /// @param arrivalNanos arrival of the request
    /// @param now end of the exchange
    List<ProviderCall> recorded(Target target, long arrivalNanos, long now) {
        List<ProviderCall> calls = new ArrayList<>(courses.size());
        for (Course course : courses) {
            FailureKind failure = course.failure();
            calls.add(new ProviderCall(
                    target.provider().name(),
                    target.upstreamModel(),
                    millis(course.startNanos() - arrivalNanos),
                    course.status() == 0 ? ExchangeRecord.NEVER : millis(course.headNanos() - course.startNanos()),
                    millis(course.endNanos(now) - course.startNanos()),
                    course.status(),
                    failure == null ? null : failure.label()));
        }
        return calls;
    }

    private static long millis(long nanos) {
        return Math.max(0, nanos / NANOS_A_MILLI);
    }
}
