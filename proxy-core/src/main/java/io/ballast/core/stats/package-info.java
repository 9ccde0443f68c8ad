/**
 * Counters of the data path, written by event loops without locks and read by whoever shows them: metrics, the admin
 * API, the status page. Knows no metrics library.
 */
@NullMarked
package io.ballast.core.stats;

import org.jspecify.annotations.NullMarked;
