package io.ballast.netty.linux.nft;

import java.util.Collection;
import java.util.Iterator;

/**
 * Statements that take effect together or not at all, under construction. Confined to one thread.
 *
 * <p>Elements are written as they print themselves: {@link PortElement}, {@link io.ballast.core.model.IpAddress},
 * {@link io.ballast.core.model.Cidr}, or text in the nft language.
 */
public final class NftTransaction {
    /** Elements of one statement: what the parser digests at a time, and what an error quotes. */
    private static final int CHUNK = 512;

    private final StringBuilder script = new StringBuilder();

    /** Appends a statement, or several lines of them. */
    public NftTransaction statement(String statement) {
        script.append(statement).append('\n');
        return this;
    }

    /** Adds elements; those in the set already stay. */
    public NftTransaction addElements(NftSet set, Collection<?> elements) {
        return elements("add", set, elements);
    }

    /** Deletes elements; one that is not in the set fails the transaction. */
    public NftTransaction deleteElements(NftSet set, Collection<?> elements) {
        return elements("delete", set, elements);
    }

    private NftTransaction elements(String verb, NftSet set, Collection<?> elements) {
        Iterator<?> remaining = elements.iterator();
        while (remaining.hasNext()) {
            script.append(verb).append(" element ").append(set).append(" { ").append(remaining.next());
            for (int i = 1; i < CHUNK && remaining.hasNext(); i++) {
                script.append(", ").append(remaining.next());
            }
            script.append(" }\n");
        }
        return this;
    }

    public boolean isEmpty() {
        return script.isEmpty();
    }

    /** The transaction in the nft language. */
    @Override
    public String toString() {
        return script.toString();
    }
}
