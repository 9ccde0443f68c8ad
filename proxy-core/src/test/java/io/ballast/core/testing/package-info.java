/**
 * What tests of every module share, exported by this module's test-jar: conditions for tests that need root, a command
 * or a feature of the kernel; builders of objects, fakes of the core's SPI, and a clock that is moved by hand.
 *
 * <p>Such tests are skipped with a reason where the machine lacks what they need, and fail instead when the system
 * property {@code ballast.test.requireAll} is {@code true}, so that a build which must run them cannot pass without.
 */
@NullMarked
package io.ballast.core.testing;

import org.jspecify.annotations.NullMarked;
