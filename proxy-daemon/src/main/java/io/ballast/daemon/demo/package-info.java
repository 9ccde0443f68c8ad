/**
 * {@code ballast demo}: a small cluster on loopback addresses, with real endpoints and traffic, and a tour that checks
 * every claim it prints. Needs neither a cluster nor privileges.
 */
@NullMarked
package io.ballast.daemon.demo;

import org.jspecify.annotations.NullMarked;
