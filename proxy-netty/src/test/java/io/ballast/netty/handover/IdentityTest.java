package io.ballast.netty.handover;

import static io.ballast.netty.handover.Parties.OLD_POD;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which pod a process belongs to. */
class IdentityTest {
    @Test
    void knowsItsPodByTheKubeletsMounts() {
        String mount = "812 790 259:1 /var/lib/kubelet/pods/" + OLD_POD.instance()
                + "/etc-hosts /etc/hosts rw,relatime - ext4 /dev/root rw";

        assertThat(Identity.instance(List.of("22 1 0:21 / /proc rw - proc proc rw", mount)))
                .isEqualTo(OLD_POD.instance());
        assertThat(Identity.instance(List.of("22 1 0:21 / /mnt/pods/" + OLD_POD.instance() + "/volumes rw")))
                .isEqualTo(Identity.NONE);
    }
}
