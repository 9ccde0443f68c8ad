/**
 * eBPF without a compiler or libbpf: a typed binding to {@code bpf(2)}, an assembler, and the socket lookup program that
 * brings connections for Service addresses to Ballast's few listening sockets.
 *
 * <p>The binding is {@code BpfMap}, {@code BpfProgram} and {@code BpfLink}, each the owner of one descriptor, over
 * {@code BpfCall}. {@code BpfAssembler} writes machine code. Nothing in here knows of Services: other packages see
 * socket lookup entries, guarded addresses and listening sockets. Why it is built this way, and what the kernel does at
 * the edges, is in {@code docs/adr/0002-socket-lookup.md}.
 */
@NullMarked
package io.ballast.netty.linux.bpf;

import org.jspecify.annotations.NullMarked;
