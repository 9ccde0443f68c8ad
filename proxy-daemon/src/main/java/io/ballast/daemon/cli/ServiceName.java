package io.ballast.daemon.cli;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code NAMESPACE/NAME} as an argument. <em>Immutable.</em> */
record ServiceName(String namespace, String name) {
    private static final Pattern FORM = Pattern.compile("([-a-z0-9]+)/([-a-z0-9]+)");

    /** Where the admin server tells about this Service. */
    String path() {
        return "/api/services/" + namespace + "/" + name;
    }

    static final class Converter implements ITypeConverter<ServiceName> {
        @Override
        public ServiceName convert(String value) {
            if (!FORM.matcher(value).matches()) {
                throw new TypeConversionException("\"" + value + "\" is not NAMESPACE/NAME, such as default/web");
            }
            int slash = value.indexOf('/');
            return new ServiceName(value.substring(0, slash), value.substring(slash + 1));
        }
    }
}
