package io.ballast.netty.tcp;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A doubly linked list through the connections themselves: adding and removing cost no memory and no search. A
 * connection is in one list at a time. Confined to one event loop.
 */
final class ConnectionList {
    private @Nullable TcpConnection first;
    private int size;

    void add(TcpConnection connection) {
        connection.previous = null;
        connection.next = first;
        if (first != null) {
            first.previous = connection;
        }
        first = connection;
        size++;
    }

    void remove(TcpConnection connection) {
        if (connection.previous != null) {
            connection.previous.next = connection.next;
        } else {
            first = connection.next;
        }
        if (connection.next != null) {
            connection.next.previous = connection.previous;
        }
        connection.previous = null;
        connection.next = null;
        size--;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return first == null;
    }

    /** The action may remove the connection it is called with, and no other. */
    void forEach(Consumer<TcpConnection> action) {
        TcpConnection connection = first;
        while (connection != null) {
            TcpConnection following = connection.next;
            action.accept(connection);
            connection = following;
        }
    }
}
