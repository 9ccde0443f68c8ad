/** Tests of what all sources share, against recorded objects and against damaged ones. */
@NullMarked
package io.ballast.daemon.source;

import org.jspecify.annotations.NullMarked;
