/**
 * The admin server: metrics, the JSON API that {@code ballast services} and its siblings read, and the status page.
 *
 * <p>Entry type: {@link io.ballast.daemon.admin.AdminResponder}, which reads an
 * {@link io.ballast.daemon.admin.AdminModel}. Everything is read only; nothing but GET and HEAD is answered.
 *
 * <p>Threading: requests are answered on the admin server's own loop, from immutable tables and concurrent counters.
 * Lists are written Service by Service while the client reads them.
 */
@NullMarked
package io.ballast.daemon.admin;

import org.jspecify.annotations.NullMarked;
