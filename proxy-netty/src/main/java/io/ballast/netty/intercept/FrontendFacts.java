package io.ballast.netty.intercept;

import io.ballast.core.model.Cidr;
import io.ballast.core.model.IpAddress;
import io.ballast.core.routing.FrontendRoute;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What rules for frontends depend on besides the frontends. Asked on the sync thread.
 *
 * @param ownedByNode whether an interface of this node has the address
 * @param allowedSources who may reach a frontend, empty for everyone
 */
public record FrontendFacts(Predicate<IpAddress> ownedByNode, Function<FrontendRoute, List<Cidr>> allowedSources) {}
