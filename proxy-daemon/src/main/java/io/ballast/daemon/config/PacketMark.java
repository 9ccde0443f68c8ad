package io.ballast.daemon.config;

/**
 * The bits of a packet mark that belong to Ballast, as {@code VALUE/MASK}; other bits of a mark are left as they are.
 *
 * <p>The default bit is used by none of kube-proxy (0x4000, 0x8000), Calico (0xffff0000) and Cilium (0x0f00).
 * <em>Immutable.</em>
 *
 * @param value not zero, within {@code mask}
 */
public record PacketMark(int value, int mask) {
    public static final PacketMark DEFAULT = new PacketMark(0x1000, 0x1000);

    public PacketMark {
        if (value == 0) {
            throw new IllegalArgumentException("is zero, which unmarked packets carry too; want for example 0x1000");
        }
        if ((value & ~mask) != 0) {
            throw new IllegalArgumentException("has bits outside its mask; want for example 0x1000/0x1000");
        }
    }

    /** {@code VALUE} or {@code VALUE/MASK}, decimal or with 0x; without a mask the value's own bits are the mask. */
    static PacketMark parse(String text) {
        int slash = text.indexOf('/');
        int value = parseBits(slash < 0 ? text : text.substring(0, slash));
        return new PacketMark(value, slash < 0 ? value : parseBits(text.substring(slash + 1)));
    }

    private static int parseBits(String text) {
        try {
            long bits = Long.decode(text);
            if (bits >= 0 && bits <= 0xffff_ffffL) {
                return (int) bits;
            }
            throw notMark();
        } catch (NumberFormatException e) {
            throw notMark();
        }
    }

    private static IllegalArgumentException notMark() {
        return new IllegalArgumentException("is not a mark of 32 bits; want for example 0x1000/0x1000");
    }

    @Override
    public String toString() {
        return "0x" + Integer.toHexString(value) + "/0x" + Integer.toHexString(mask);
    }
}
