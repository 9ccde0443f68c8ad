package io.ballast.daemon.config;

import static io.ballast.daemon.config.Kinds.BOOL;
import static io.ballast.daemon.config.Kinds.INT;
import static io.ballast.daemon.config.Kinds.STRING;

/** What only the command line can say: which file to read, what to do with it, and two ports of old. */
final class ProcessFields {
    private static final FieldTable TABLE = new FieldTable(Field.Home.COMMAND_LINE);

    static final Field<String> CONFIG = TABLE.acting("config", STRING, "");
    static final Field<String> WRITE_CONFIG_TO = TABLE.acting("writeConfigTo", STRING, "");
    static final Field<Boolean> CLEANUP = TABLE.acting("cleanup", BOOL, false);
    static final Field<Boolean> INIT_ONLY = TABLE.acting("initOnly", BOOL, false);
    static final Field<String> MASTER = TABLE.acting("master", STRING, "");
    static final Field<String> HOSTNAME_FLAG = TABLE.acting("hostnameOverride", STRING, "");
    static final Field<Integer> HEALTHZ_PORT = TABLE.acting("healthzPort", INT, KubeProxyFields.HEALTHZ_PORT);
    static final Field<Integer> METRICS_PORT = TABLE.acting("metricsPort", INT, KubeProxyFields.METRICS_PORT);
    static final Field<String> BOOT_ID_FILE = TABLE.ignored("bootIdFile", STRING, "");
    static final Field<String> MACHINE_ID_FILE = TABLE.ignored("machineIdFile", STRING, "");

    private ProcessFields() {}
}
