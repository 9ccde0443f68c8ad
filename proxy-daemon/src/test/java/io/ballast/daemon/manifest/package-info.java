/** Tests of the source that reads files, on real directories. */
@NullMarked
package io.ballast.daemon.manifest;

import org.jspecify.annotations.NullMarked;
