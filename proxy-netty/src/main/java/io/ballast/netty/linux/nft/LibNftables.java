package io.ballast.netty.linux.nft;

import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The functions of libnftables that Ballast calls. Not thread-safe: the library keeps global state, so
 * {@link Nftables} makes one call at a time. Strings it returns are copies. Public only because the generated binding
 * lives in a class loader of its own.
 */
public interface LibNftables {
    @Nullable
    Pointer nft_ctx_new(int flags);

    void nft_ctx_free(Pointer context);

    void nft_ctx_output_set_flags(Pointer context, int flags);

    int nft_ctx_buffer_output(Pointer context);

    int nft_ctx_buffer_error(Pointer context);

    @Nullable
    String nft_ctx_get_output_buffer(Pointer context);

    @Nullable
    String nft_ctx_get_error_buffer(Pointer context);

    int nft_run_cmd_from_filename(Pointer context, String path);
}
