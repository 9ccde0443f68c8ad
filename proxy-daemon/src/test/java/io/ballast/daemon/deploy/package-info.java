/** What {@code deploy/} hands to operators, held against the program that it starts. */
@NullMarked
package io.ballast.daemon.deploy;

import org.jspecify.annotations.NullMarked;
