/**
 * Putting back what others take from the kernel: a firewall that flushes every rule, a network manager that removes routes
 * and policy rules it does not know.
 *
 * <p>Entry type: {@link io.ballast.netty.repair.Repairs}. It knows neither what notices a loss nor what makes it good:
 * both are told to it.
 */
@NullMarked
package io.ballast.netty.repair;

import org.jspecify.annotations.NullMarked;
