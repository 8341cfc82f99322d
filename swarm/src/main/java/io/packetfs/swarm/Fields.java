package io.packetfs.swarm;

import java.io.Serial;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A JSON object that somebody wrote: reads fields as what they must be, and says of which place is wrong what. At the end {@link
 * #requireNoOthers} finds the misspelt ones.
 */
final class Fields {
    /** Nanoseconds in a millisecond, and bits in a megabit, as powers of ten. */
    private static final int MILLION = 6;

    private final String place;
    private final Map<?, ?> fields;
    private final Set<String> known = new HashSet<>();

    /**
     * @param place where the object lies, such as {@code connections[0].close}; empty for the outermost
     */
    Fields(String place, Map<?, ?> fields) {
        this.place = place;
        this.fields = fields;
    }

    boolean has(String name) {
        known.add(name);
        return fields.get(name) != null;
    }

    long whole(String name, long otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        try {
            return decimal(name).longValueExact();
        } catch (ArithmeticException e) {
            throw wrong(name, "must be a whole number", e);
        }
    }

    int count(String name, int otherwise) {
        long value = whole(name, otherwise);
        if (value != (int) value) {
            throw wrong(name, value + " is out of range", null);
        }
        return (int) value;
    }

    double number(String name, double otherwise) {
        return has(name) ? decimal(name).doubleValue() : otherwise;
    }

    /** A number of milliseconds, as nanoseconds; or of megabits, as bits. */
    long millionfold(String name, long otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        try {
            return decimal(name)
                    .movePointRight(MILLION)
                    .setScale(0, RoundingMode.HALF_UP)
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw wrong(name, "is out of range", e);
        }
    }

    boolean flag(String name, boolean otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        if (fields.get(name) instanceof Boolean flag) {
            return flag;
        }
        throw wrong(name, "must be true or false", null);
    }

    /** A constant by its name in lower case. */
    <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
        if (!has(name)) {
            if (otherwise == null) {
                throw wrong(name, "is missing", null);
            }
            return otherwise;
        }
        String value = fields.get(name).toString();
        List<String> choices = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            String lower = constant.name().toLowerCase(Locale.ROOT);
            if (lower.equals(value)) {
                return constant;
            }
            choices.add(lower);
        }
        throw wrong(name, "is '" + value + "', and none of " + String.join(", ", choices), null);
    }

    Optional<Fields> object(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        if (fields.get(name) instanceof Map<?, ?> object) {
            return Optional.of(new Fields(place(name), object));
        }
        throw wrong(name, "must be an object", null);
    }

    /** The objects of an array; none if it is not given. */
    List<Fields> objects(String name) {
        List<Fields> objects = new ArrayList<>();
        for (Object element : list(name)) {
            String at = place(name) + "[" + objects.size() + "]";
            if (!(element instanceof Map<?, ?> object)) {
                throw new Placed(at + " must be an object", null);
            }
            objects.add(new Fields(at, object));
        }
        return objects;
    }

    /** The whole numbers of an array; none if it is not given. */
    List<Long> wholes(String name) {
        List<Long> wholes = new ArrayList<>();
        for (Object element : list(name)) {
            if (!(element instanceof Integer || element instanceof Long)) {
                throw new Placed(place(name) + "[" + wholes.size() + "] must be a whole number", null);
            }
            wholes.add(((Number) element).longValue());
        }
        return wholes;
    }

    /** Makes something of the fields, and names the place if they do not fit. */
    <T> T make(Supplier<T> maker) {
        T made;
        try {
            made = maker.get();
        } catch (IllegalArgumentException e) {
            throw e instanceof Placed
                    ? e
                    : new Placed(place.isEmpty() ? e.getMessage() : place + ": " + e.getMessage(), e);
        }
        requireNoOthers();
        return made;
    }

    /** Every field was one of those that were asked for. */
    void requireNoOthers() {
        for (Object name : fields.keySet()) {
            if (!known.contains(name)) {
                Object[] names = known.toArray();
                Arrays.sort(names);
                throw wrong(name.toString(), "is not known here; known are " + Arrays.toString(names), null);
            }
        }
    }

    private List<?> list(String name) {
        if (!has(name)) {
            return List.of();
        }
        if (fields.get(name) instanceof List<?> list) {
            return list;
        }
        throw wrong(name, "must be an array", null);
    }

    private BigDecimal decimal(String name) {
        if (fields.get(name) instanceof Number number) {
            try {
                return new BigDecimal(number.toString());
            } catch (NumberFormatException e) {
                throw wrong(name, "must be a number", e);
            }
        }
        throw wrong(name, "must be a number", null);
    }

    private String place(String name) {
        return place.isEmpty() ? name : place + "." + name;
    }

    private IllegalArgumentException wrong(String name, String what, Exception cause) {
        return new Placed(place(name) + " " + what, cause);
    }

    /** Says already where it is. */
    private static final class Placed extends IllegalArgumentException {
        @Serial
        private static final long serialVersionUID = 1;

        Placed(String message, Exception cause) {
            super(message, cause);
        }
    }
}
