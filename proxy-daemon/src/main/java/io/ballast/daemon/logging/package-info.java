/**
 * How the daemon writes its log: SLF4J over Logback, set up from the configuration and not from files, one line an
 * event, on standard error.
 *
 * <p>Entry: {@link io.ballast.daemon.logging.LoggingSetup}, called once the configuration is known; until then {@link
 * io.ballast.daemon.logging.LogbackDefaults} applies. Thread-safe as Logback is.
 */
@NullMarked
package io.ballast.daemon.logging;

import org.jspecify.annotations.NullMarked;
