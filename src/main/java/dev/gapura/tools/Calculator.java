package dev.gapura.tools;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Works out an arithmetic expression exactly, to 34 digits: numbers, `+ - * / % ^`, brackets, and the constants and
/// functions below. Recursive descent over the text; nothing is evaluated that is not arithmetic. One instance an
/// expression.
final class Calculator {
    private static final MathContext DIGITS = MathContext.DECIMAL128;
    private static final int LONGEST = 1000;
    private static final int DEEPEST = 100;
    private static final int MOST_EXPONENT = 9999;
    /// Digits before or behind the point: what is written out or cut to whole numbers must stay small.
    private static final int MOST_DIGITS = 10_000;

    private final String text;
    private int at;
    private int depth;

    private Calculator(String text) {
        this.text = text;
    }

    /// @throws ArithmeticException with words for the model, where there is no result
    static String evaluate(String expression) {
        if (expression.length() > LONGEST) {
            throw new ArithmeticException("The expression is longer than " + LONGEST + " characters.");
        }
        Calculator calculator = new Calculator(expression);
        BigDecimal value = calculator.sum();
        calculator.blank();
        if (calculator.at < expression.length()) {
            throw calculator.unexpected();
        }
        BigDecimal plain = value.stripTrailingZeros();
        return Math.abs((long) plain.precision() - plain.scale()) > 40 || plain.scale() > 40
                ? plain.toString()
                : plain.toPlainString();
    }

    private BigDecimal sum() {
        if (++depth > DEEPEST) {
            throw new ArithmeticException("The expression is nested too deeply.");
        }
        BigDecimal value = product();
        for (char operator = peek(); operator == '+' || operator == '-'; operator = peek()) {
            at++;
            BigDecimal next = product();
            value = operator == '+' ? value.add(next, DIGITS) : value.subtract(next, DIGITS);
        }
        depth--;
        return value;
    }

    private BigDecimal product() {
        BigDecimal value = signed();
        for (char operator = peek(); operator == '*' || operator == '/' || operator == '%'; operator = peek()) {
            at++;
            BigDecimal next = signed();
            if (operator == '*') {
                value = bounded(value.multiply(next, DIGITS));
            } else if (next.signum() == 0) {
                throw new ArithmeticException("Division by zero.");
            } else {
                value = operator == '/' ? bounded(value.divide(next, DIGITS)) : remainder(value, next);
            }
        }
        return value;
    }

    /// A sign binds weaker than a power: `-2^2` is −4.
    private BigDecimal signed() {
        char sign = peek();
        if (sign == '-' || sign == '+') {
            at++;
            if (++depth > DEEPEST) {
                throw new ArithmeticException("The expression is nested too deeply.");
            }
            BigDecimal value = signed();
            depth--;
            return sign == '-' ? value.negate() : value;
        }
        return power();
    }

    private BigDecimal power() {
        BigDecimal base = operand();
        if (peek() != '^') {
            return base;
        }
        at++;
        BigDecimal exponent = signed();
        long whole;
        try {
            whole = exponent.longValueExact();
        } catch (ArithmeticException broken) {
            return checked(Math.pow(base.doubleValue(), exponent.doubleValue()));
        }
        if (whole > MOST_EXPONENT || whole < -MOST_EXPONENT) {
            throw new ArithmeticException("The exponent is larger than " + MOST_EXPONENT + ".");
        }
        if (base.signum() == 0 && whole < 0) {
            throw new ArithmeticException("Division by zero.");
        }
        // Before it is worked out: the scale of a power is its base's times the exponent, and has to fit an int.
        if (base.signum() != 0 && (Math.abs(magnitude(base)) - 1) * Math.abs(whole) > MOST_DIGITS) {
            throw outOfRange();
        }
        return bounded(base.pow((int) whole, DIGITS));
    }

    private static BigDecimal remainder(BigDecimal value, BigDecimal divisor) {
        try {
            return value.remainder(divisor, DIGITS);
        } catch (ArithmeticException impossible) {
            throw new ArithmeticException("The quotient of % has more than " + DIGITS.getPrecision() + " digits.");
        }
    }

    private static BigDecimal whole(BigDecimal value, RoundingMode mode) {
        return value.scale() <= 0 ? value : value.setScale(0, mode);
    }

    private static BigDecimal bounded(BigDecimal value) {
        if (value.signum() != 0 && Math.abs(magnitude(value)) > MOST_DIGITS) {
            throw outOfRange();
        }
        return value;
    }

    /// Digits before the point; where there are none, zeros behind it, negative.
    private static long magnitude(BigDecimal value) {
        return (long) value.precision() - value.scale();
    }

    private static ArithmeticException outOfRange() {
        return new ArithmeticException("A number is out of range: the largest has " + MOST_DIGITS + " digits.");
    }

    private BigDecimal operand() {
        char next = peek();
        if (next == '(') {
            at++;
            BigDecimal value = sum();
            expect(')');
            return value;
        }
        if (Character.isLetter(next)) {
            return named();
        }
        int from = at;
        while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        if (at < text.length() && at > from && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            int mark = at++;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            int digits = at;
            while (at < text.length() && Character.isDigit(text.charAt(at)) && at - digits < 4) {
                at++;
            }
            at = at == digits ? mark : at;
        }
        try {
            return bounded(new BigDecimal(text.substring(from, at)));
        } catch (NumberFormatException none) {
            at = from;
            throw unexpected();
        }
    }

    private BigDecimal named() {
        int from = at;
        while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
            at++;
        }
        String name = text.substring(from, at);
        switch (name) {
            case "pi" -> {
                return new BigDecimal("3.141592653589793238462643383279503");
            }
            case "e" -> {
                return new BigDecimal("2.718281828459045235360287471352662");
            }
            default -> {}
        }
        expect('(');
        BigDecimal value = sum();
        expect(')');
        return switch (name) {
            case "abs" -> value.abs();
            case "sqrt" -> {
                if (value.signum() < 0) {
                    throw new ArithmeticException("The square root of a negative number is not real.");
                }
                yield value.sqrt(DIGITS);
            }
            case "round" -> whole(value, RoundingMode.HALF_UP);
            case "floor" -> whole(value, RoundingMode.FLOOR);
            case "ceil" -> whole(value, RoundingMode.CEILING);
            case "sin" -> checked(Math.sin(value.doubleValue()));
            case "cos" -> checked(Math.cos(value.doubleValue()));
            case "tan" -> checked(Math.tan(value.doubleValue()));
            case "exp" -> checked(Math.exp(value.doubleValue()));
            case "ln" -> checked(Math.log(value.doubleValue()));
            case "log10" -> checked(Math.log10(value.doubleValue()));
            default ->
                throw new ArithmeticException("There is no function '" + name
                        + "'. Known: abs, sqrt, round, floor, ceil, sin, cos, tan, exp, ln, log10; pi and e.");
        };
    }

    private static BigDecimal checked(double value) {
        if (!Double.isFinite(value)) {
            throw new ArithmeticException("The result is no finite number.");
        }
        return new BigDecimal(Double.toString(value));
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw unexpected();
        }
        at++;
    }

    private char peek() {
        blank();
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private void blank() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private ArithmeticException unexpected() {
        return new ArithmeticException(
                at < text.length()
                        ? "Unexpected '" + text.charAt(at) + "' at position " + (at + 1) + "."
                        : "The expression ends too early.");
    }
}
