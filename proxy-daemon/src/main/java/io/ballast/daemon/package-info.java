@NullMarked
package io.ballast.daemon;

import org.jspecify.annotations.NullMarked;
