package io.ballast.daemon.deploy;

import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds what a manifest says and the Kubernetes model has no field for: the API would refuse it, or pass it over. */
final class UnknownFields {
    private final List<String> found = new ArrayList<>();

    private UnknownFields() {}

    static List<String> of(Object object) throws ReflectiveOperationException, IntrospectionException {
        UnknownFields fields = new UnknownFields();
        fields.walk(object.getClass().getSimpleName(), object);
        return fields.found;
    }

    private void walk(String path, Object value) throws ReflectiveOperationException, IntrospectionException {
        if (value instanceof List<?> items) {
            for (Object item : items) {
                walk(path + "[]", item);
            }
        } else if (value != null && value.getClass().getName().startsWith("io.fabric8.kubernetes.api.model.")) {
            for (PropertyDescriptor property :
                    Introspector.getBeanInfo(value.getClass(), Object.class).getPropertyDescriptors()) {
                if (property.getReadMethod() != null) {
                    property(
                            path + "." + property.getName(),
                            property.getReadMethod().invoke(value));
                }
            }
        }
    }

    private void property(String path, Object value) throws ReflectiveOperationException, IntrospectionException {
        if (path.endsWith(".additionalProperties")) {
            ((Map<?, ?>) value).keySet().forEach(key -> found.add(path.replace("additionalProperties", "" + key)));
        } else {
            walk(path, value);
        }
    }
}
