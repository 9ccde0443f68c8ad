/** Fixtures that tests of several packages use: an API server, recorded objects, a recording sink, waiting. */
@NullMarked
package io.ballast.daemon.testing;

import org.jspecify.annotations.NullMarked;
