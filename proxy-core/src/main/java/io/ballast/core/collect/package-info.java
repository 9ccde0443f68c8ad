/** A persistent map, so that immutable snapshots of a large table cost only what changed. */
@NullMarked
package io.ballast.core.collect;

import org.jspecify.annotations.NullMarked;
