//! The tables as diesel sees them: the same for both databases, in step with `migrations/`.
//! Long because the tables of one database are read best in one piece.
#![expect(missing_docs, reason = "the columns are described where the rows are, in the files of each aggregate")]

diesel::table! {
    sites (id) {
        id -> BigInt,
        name -> Text,
        desk_name -> Text,
        postal_address -> Text,
        phone -> Nullable<Text>,
        region -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        email -> Text,
        email_key -> Text,
        name -> Text,
        role -> Text,
        lang -> Text,
        theme -> Text,
        single_keys -> Bool,
        password_hash -> Nullable<Text>,
        active -> Bool,
        version -> Integer,
        created_at -> Timestamp,
        feed_hash -> Nullable<Text>,
    }
}

diesel::table! {
    user_sites (user_id, site_id) {
        user_id -> BigInt,
        site_id -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        token_hash -> Text,
        user_id -> BigInt,
        csrf -> Text,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    tokens (id) {
        id -> BigInt,
        purpose -> Text,
        token_hash -> Text,
        user_id -> BigInt,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    throttles (throttle_key) {
        throttle_key -> Text,
        failures -> Integer,
        since -> Timestamp,
    }
}

diesel::table! {
    audit_events (id) {
        id -> BigInt,
        at -> Timestamp,
        site_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        action -> Text,
        subject -> Text,
        subject_id -> Nullable<BigInt>,
        detail -> Text,
    }
}

diesel::table! {
    imports (id) {
        id -> BigInt,
        site_id -> BigInt,
        user_id -> Nullable<BigInt>,
        file_name -> Text,
        state -> Text,
        header -> Text,
        mapping -> Text,
        total -> Integer,
        applied -> Integer,
        tally -> Text,
        created_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    companies (id) {
        id -> BigInt,
        site_id -> BigInt,
        name -> Text,
        sort_name -> Text,
        search_text -> Text,
        kvk -> Nullable<Text>,
        branch_number -> Nullable<Text>,
        sector -> Text,
        street -> Text,
        postcode -> Nullable<Text>,
        place -> Text,
        website -> Text,
        mail_domain -> Nullable<Text>,
        phone -> Nullable<Text>,
        size -> Nullable<Text>,
        owner_id -> Nullable<BigInt>,
        status -> Text,
        do_not_contact -> Bool,
        do_not_contact_reason -> Text,
        notes -> Text,
        last_moment_at -> Nullable<Timestamp>,
        places_left -> Integer,
        import_id -> Nullable<BigInt>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        archived_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    company_tags (company_id, tag) {
        company_id -> BigInt,
        tag -> Text,
    }
}

diesel::table! {
    recognitions (id) {
        id -> BigInt,
        company_id -> BigInt,
        crebo -> Text,
        qualification -> Text,
        level -> Nullable<Text>,
        track -> Nullable<Text>,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    contacts (id) {
        id -> BigInt,
        site_id -> BigInt,
        company_id -> BigInt,
        name -> Text,
        job -> Text,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        phone -> Nullable<Text>,
        lang -> Text,
        ground -> Text,
        ground_proof -> Text,
        ground_on -> Nullable<Date>,
        opted_out_at -> Nullable<Timestamp>,
        left_on -> Nullable<Date>,
        last_spoken_at -> Nullable<Timestamp>,
        notes -> Text,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    openings (id) {
        id -> BigInt,
        site_id -> BigInt,
        company_id -> BigInt,
        role -> Text,
        levels -> Text,
        tracks -> Text,
        starts_on -> Nullable<Date>,
        ends_on -> Nullable<Date>,
        days_per_week -> Nullable<Integer>,
        notes -> Text,
        state -> Text,
        places_offered -> Integer,
        places_left -> Integer,
        last_confirmed_on -> Date,
        version -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    rounds (id) {
        id -> BigInt,
        site_id -> BigInt,
        company_id -> BigInt,
        opening_id -> BigInt,
        confirmed_on -> Date,
        state -> Text,
        asked_on -> Date,
        reminded_on -> Nullable<Date>,
        heard_on -> Nullable<Date>,
        called_on -> Nullable<Date>,
        next_on -> Date,
        token -> Text,
        expires_at -> Timestamp,
        asked_id -> Nullable<BigInt>,
        reminder_id -> Nullable<BigInt>,
        task_id -> Nullable<BigInt>,
        places -> Nullable<Integer>,
        answered_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    place_events (id) {
        id -> BigInt,
        site_id -> BigInt,
        opening_id -> BigInt,
        at -> Timestamp,
        kind -> Text,
        places -> Integer,
        user_id -> Nullable<BigInt>,
        incoming_id -> Nullable<BigInt>,
        placement_id -> Nullable<BigInt>,
        reason -> Text,
    }
}

diesel::table! {
    moments (id) {
        id -> BigInt,
        site_id -> BigInt,
        company_id -> Nullable<BigInt>,
        contact_id -> Nullable<BigInt>,
        placement_id -> Nullable<BigInt>,
        kind -> Text,
        at -> Timestamp,
        summary -> Text,
        outcome -> Nullable<Text>,
        user_id -> Nullable<BigInt>,
        outgoing_id -> Nullable<BigInt>,
        incoming_id -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    tasks (id) {
        id -> BigInt,
        site_id -> BigInt,
        company_id -> Nullable<BigInt>,
        contact_id -> Nullable<BigInt>,
        placement_id -> Nullable<BigInt>,
        checkin_id -> Nullable<BigInt>,
        incoming_id -> Nullable<BigInt>,
        kind -> Text,
        title -> Text,
        due_on -> Date,
        owner_id -> Nullable<BigInt>,
        created_by -> Nullable<BigInt>,
        created_at -> Timestamp,
        done_at -> Nullable<Timestamp>,
        done_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    import_rows (id) {
        id -> BigInt,
        import_id -> BigInt,
        number -> Integer,
        cells -> Text,
        verdict -> Nullable<Text>,
        note -> Text,
        company_id -> Nullable<BigInt>,
        applied_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    templates (id) {
        id -> BigInt,
        site_id -> BigInt,
        name -> Text,
        version -> Integer,
        created_at -> Timestamp,
        archived_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    template_texts (template_id, lang) {
        template_id -> BigInt,
        lang -> Text,
        subject -> Text,
        text -> Text,
        html -> Text,
    }
}

diesel::table! {
    mailboxes (id) {
        id -> BigInt,
        site_id -> BigInt,
        kind -> Text,
        user_id -> Nullable<BigInt>,
        name -> Text,
        from_name -> Text,
        address -> Text,
        out_url -> Text,
        in_url -> Text,
        secret -> Nullable<Text>,
        ca_file -> Nullable<Text>,
        confined -> Bool,
        start_on -> Date,
        connections -> Integer,
        rate_per_minute -> Integer,
        paused_at -> Nullable<Timestamp>,
        pause_reason -> Text,
        retry_at -> Nullable<Timestamp>,
        failures -> Integer,
        fetched_at -> Nullable<Timestamp>,
        fetch_error -> Text,
        version -> Integer,
        created_at -> Timestamp,
        archived_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    campaigns (id) {
        id -> BigInt,
        site_id -> BigInt,
        name -> Text,
        state -> Text,
        mailbox_id -> BigInt,
        audience -> Text,
        send_window -> Text,
        pause_reason -> Text,
        content_refusals -> Integer,
        created_by -> Nullable<BigInt>,
        created_at -> Timestamp,
        started_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    campaign_steps (id) {
        id -> BigInt,
        campaign_id -> BigInt,
        number -> Integer,
        template_id -> BigInt,
        wait_days -> Integer,
    }
}

diesel::table! {
    recipients (id) {
        id -> BigInt,
        site_id -> BigInt,
        campaign_id -> BigInt,
        company_id -> BigInt,
        contact_id -> BigInt,
        address_key -> Text,
        state -> Text,
        step -> Integer,
        reason -> Text,
        due_at -> Timestamp,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    pressures (company_key) {
        company_key -> Text,
        campaign_id -> BigInt,
        site_id -> BigInt,
        reserved_at -> Timestamp,
        until -> Timestamp,
    }
}

diesel::table! {
    outgoing (id) {
        id -> BigInt,
        site_id -> BigInt,
        mailbox_id -> BigInt,
        purpose -> Text,
        state -> Text,
        campaign_id -> Nullable<BigInt>,
        step -> Nullable<Integer>,
        recipient_id -> Nullable<BigInt>,
        company_id -> Nullable<BigInt>,
        contact_id -> Nullable<BigInt>,
        placement_id -> Nullable<BigInt>,
        checkin_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        address -> Text,
        address_key -> Text,
        to_name -> Text,
        subject -> Text,
        message_id -> Text,
        token -> Text,
        in_reply_to -> Nullable<Text>,
        reference_ids -> Text,
        opt_out -> Bool,
        queued_at -> Timestamp,
        due_at -> Timestamp,
        attempts -> Integer,
        claimed_by -> Nullable<Text>,
        sending_at -> Nullable<Timestamp>,
        settled_at -> Nullable<Timestamp>,
        last_answer -> Text,
    }
}

diesel::table! {
    outgoing_bodies (outgoing_id) {
        outgoing_id -> BigInt,
        text -> Text,
        html -> Text,
    }
}

diesel::table! {
    suppressions (id) {
        id -> BigInt,
        kind -> Text,
        value -> Text,
        reason -> Text,
        since -> Timestamp,
        site_id -> Nullable<BigInt>,
        outgoing_id -> Nullable<BigInt>,
        incoming_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        lifted_at -> Nullable<Timestamp>,
        lifted_by -> Nullable<BigInt>,
        lift_reason -> Text,
    }
}

diesel::table! {
    soft_bounces (id) {
        id -> BigInt,
        address_key -> Text,
        at -> Timestamp,
        outgoing_id -> BigInt,
    }
}

diesel::table! {
    cursors (mailbox_id, folder) {
        mailbox_id -> BigInt,
        folder -> Text,
        uid_validity -> BigInt,
        last_uid -> BigInt,
    }
}

diesel::table! {
    incoming (id) {
        id -> BigInt,
        site_id -> BigInt,
        mailbox_id -> BigInt,
        source_key -> Text,
        folder -> Text,
        message_id -> Nullable<Text>,
        content_hash -> Text,
        size -> Integer,
        oversize -> Bool,
        received_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
        from_address -> Nullable<Text>,
        from_name -> Text,
        subject -> Text,
        routing -> Text,
        decision -> Text,
        kind -> Nullable<Text>,
        intent -> Nullable<Text>,
        reading -> Nullable<Text>,
        hint -> Text,
        outgoing_id -> Nullable<BigInt>,
        company_id -> Nullable<BigInt>,
        contact_id -> Nullable<BigInt>,
        attempts -> Integer,
        retry_at -> Nullable<Timestamp>,
        error -> Text,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    incoming_raws (incoming_id) {
        incoming_id -> BigInt,
        raw -> Binary,
    }
}

diesel::table! {
    suggestions (id) {
        id -> BigInt,
        site_id -> BigInt,
        incoming_id -> BigInt,
        number -> Integer,
        kind -> Text,
        state -> Text,
        payload -> Text,
        evidence -> Text,
        certainty -> Integer,
        result -> Text,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    students (id) {
        id -> BigInt,
        site_id -> BigInt,
        code -> Text,
        first_name -> Text,
        programme -> Text,
        crebo -> Text,
        level -> Nullable<Text>,
        track -> Nullable<Text>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        lang -> Text,
        version -> Integer,
        created_at -> Timestamp,
        available_from -> Nullable<Date>,
        available_until -> Nullable<Date>,
        days_per_week -> Nullable<Integer>,
        hours_per_week -> Nullable<Integer>,
        home_pc4 -> Nullable<Text>,
        travel_minutes -> Nullable<Integer>,
        travel_mode -> Nullable<Text>,
        role_sought -> Nullable<Text>,
        learning_wish -> Nullable<Text>,
        looking_since -> Nullable<Date>,
        school_id -> Nullable<BigInt>,
        minor -> Nullable<Bool>,
        guardian_name -> Nullable<Text>,
        guardian_phone -> Nullable<Text>,
    }
}

diesel::table! {
    aftercare_plans (id) {
        id -> BigInt,
        site_id -> BigInt,
        name -> Text,
        is_default -> Bool,
        created_at -> Timestamp,
    }
}

diesel::table! {
    plan_steps (id) {
        id -> BigInt,
        plan_id -> BigInt,
        number -> Integer,
        name_nl -> Text,
        name_en -> Text,
        anchor -> Text,
        offset_days -> Integer,
        addressee -> Text,
        channel -> Text,
    }
}

diesel::table! {
    placements (id) {
        id -> BigInt,
        site_id -> BigInt,
        student_id -> BigInt,
        company_id -> BigInt,
        opening_id -> BigInt,
        mentor_id -> Nullable<BigInt>,
        plan_id -> BigInt,
        broker_id -> Nullable<BigInt>,
        starts_on -> Date,
        ends_on -> Date,
        state -> Text,
        agreement_signed_on -> Nullable<Date>,
        recognition_note -> Text,
        end_reason -> Text,
        version -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    checkins (id) {
        id -> BigInt,
        site_id -> BigInt,
        placement_id -> BigInt,
        number -> Integer,
        name_nl -> Text,
        name_en -> Text,
        due_on -> Date,
        moved_from -> Nullable<Date>,
        moved_reason -> Text,
        addressee -> Text,
        channel -> Text,
        state -> Text,
        next_on -> Date,
        asked_on -> Nullable<Date>,
        reminded_on -> Nullable<Date>,
        score -> Nullable<Integer>,
        mood -> Nullable<Text>,
        answer -> Text,
        incoming_id -> Nullable<BigInt>,
        closed_at -> Nullable<Timestamp>,
        closed_by -> Nullable<BigInt>,
        closed_from -> Nullable<Text>,
        reason -> Text,
        version -> Integer,
    }
}

diesel::table! {
    leases (name) {
        name -> Text,
        holder -> Text,
        until -> Timestamp,
    }
}

diesel::table! {
    tick_plans (name) {
        name -> Text,
        next_at -> Timestamp,
    }
}

diesel::table! {
    tick_runs (id) {
        id -> BigInt,
        tick -> Text,
        holder -> Text,
        started_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        tally -> Text,
        error -> Text,
    }
}

diesel::table! {
    digests (user_id, day) {
        user_id -> BigInt,
        day -> Date,
        outgoing_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    matchings (id) {
        id -> BigInt,
        site_id -> BigInt,
        user_id -> Nullable<BigInt>,
        at -> Timestamp,
        subject -> Text,
        subject_id -> BigInt,
        record -> Text,
    }
}

diesel::table! {
    schools (id) {
        id -> BigInt,
        site_id -> BigInt,
        name -> Text,
        city -> Text,
        mail_domain -> Nullable<Text>,
        active -> Bool,
        version -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    agreements (id) {
        id -> BigInt,
        site_id -> BigInt,
        school_id -> BigInt,
        who_refers -> Text,
        own_attempts -> Integer,
        shares -> Text,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
        carer -> Text,
        version -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    referrers (id) {
        id -> BigInt,
        site_id -> BigInt,
        school_id -> BigInt,
        name -> Text,
        email -> Text,
        email_key -> Text,
        phone -> Nullable<Text>,
        lang -> Text,
        active -> Bool,
        version -> Integer,
        created_at -> Timestamp,
        invited_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    referrals (id) {
        id -> BigInt,
        site_id -> BigInt,
        school_id -> BigInt,
        student_id -> BigInt,
        referrer_id -> Nullable<BigInt>,
        referrer_name -> Text,
        referrer_email -> Nullable<Text>,
        referred_on -> Date,
        attempts -> Integer,
        tried -> Text,
        failed_why -> Text,
        sought -> Text,
        shares -> Text,
        state -> Text,
        refusal -> Text,
        broken -> Text,
        let_through -> Text,
        let_through_by -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        version -> Integer,
        touched_at -> Timestamp,
        created_at -> Timestamp,
    }
}

diesel::table! {
    guidance (id) {
        id -> BigInt,
        site_id -> BigInt,
        student_id -> BigInt,
        user_id -> Nullable<BigInt>,
        kind -> Text,
        held_on -> Date,
        goal -> Text,
        said -> Text,
        next_step -> Text,
        task_id -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    applications (id) {
        id -> BigInt,
        site_id -> BigInt,
        student_id -> BigInt,
        company_id -> Nullable<BigInt>,
        company_name -> Text,
        applied_on -> Date,
        outcome -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    learning (id) {
        id -> BigInt,
        user_id -> BigInt,
        kind -> Text,
        held_on -> Date,
        topic -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    referral_lists (id) {
        id -> BigInt,
        site_id -> BigInt,
        school_id -> BigInt,
        referrer_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        file_name -> Text,
        header -> Text,
        state -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    referral_list_rows (id) {
        id -> BigInt,
        list_id -> BigInt,
        number -> Integer,
        cells -> Text,
        referral_id -> Nullable<BigInt>,
        made_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    school_codes (email_key) {
        email_key -> Text,
        code_hash -> Text,
        expires_at -> Timestamp,
        tries -> Integer,
    }
}

diesel::table! {
    school_sessions (id) {
        id -> BigInt,
        token_hash -> Text,
        email_key -> Text,
        csrf -> Text,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    proposals (id) {
        id -> BigInt,
        site_id -> BigInt,
        student_id -> BigInt,
        company_id -> BigInt,
        opening_id -> BigInt,
        contact_id -> Nullable<BigInt>,
        broker_id -> Nullable<BigInt>,
        outgoing_id -> Nullable<BigInt>,
        release_id -> Nullable<BigInt>,
        placement_id -> Nullable<BigInt>,
        state -> Text,
        deadline -> Date,
        answered_at -> Nullable<Timestamp>,
        employer_agreed_on -> Nullable<Date>,
        student_agreed_on -> Nullable<Date>,
        released_at -> Nullable<Timestamp>,
        meets_on -> Nullable<Date>,
        meets_at -> Text,
        reason -> Nullable<Text>,
        note -> Text,
        closed_at -> Nullable<Timestamp>,
        version -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    disclosures (id) {
        id -> BigInt,
        site_id -> BigInt,
        at -> Timestamp,
        user_id -> Nullable<BigInt>,
        student_id -> BigInt,
        company_id -> Nullable<BigInt>,
        receiver -> Text,
        purpose -> Text,
        what -> Text,
        outgoing_id -> Nullable<BigInt>,
    }
}

diesel::joinable!(user_sites -> users (user_id));
diesel::joinable!(user_sites -> sites (site_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(tokens -> users (user_id));
diesel::joinable!(audit_events -> sites (site_id));
diesel::joinable!(audit_events -> users (user_id));
diesel::joinable!(imports -> sites (site_id));
diesel::joinable!(imports -> users (user_id));
diesel::joinable!(companies -> sites (site_id));
diesel::joinable!(companies -> users (owner_id));
diesel::joinable!(companies -> imports (import_id));
diesel::joinable!(company_tags -> companies (company_id));
diesel::joinable!(recognitions -> companies (company_id));
diesel::joinable!(contacts -> sites (site_id));
diesel::joinable!(contacts -> companies (company_id));
diesel::joinable!(openings -> sites (site_id));
diesel::joinable!(openings -> companies (company_id));
diesel::joinable!(place_events -> sites (site_id));
diesel::joinable!(place_events -> openings (opening_id));
diesel::joinable!(place_events -> users (user_id));
diesel::joinable!(moments -> sites (site_id));
diesel::joinable!(moments -> companies (company_id));
diesel::joinable!(moments -> contacts (contact_id));
diesel::joinable!(moments -> users (user_id));
diesel::joinable!(tasks -> sites (site_id));
diesel::joinable!(tasks -> companies (company_id));
diesel::joinable!(tasks -> contacts (contact_id));
diesel::joinable!(import_rows -> imports (import_id));
diesel::joinable!(import_rows -> companies (company_id));
diesel::joinable!(templates -> sites (site_id));
diesel::joinable!(template_texts -> templates (template_id));
diesel::joinable!(mailboxes -> sites (site_id));
diesel::joinable!(mailboxes -> users (user_id));
diesel::joinable!(campaigns -> sites (site_id));
diesel::joinable!(campaigns -> mailboxes (mailbox_id));
diesel::joinable!(campaigns -> users (created_by));
diesel::joinable!(campaign_steps -> campaigns (campaign_id));
diesel::joinable!(campaign_steps -> templates (template_id));
diesel::joinable!(recipients -> sites (site_id));
diesel::joinable!(recipients -> campaigns (campaign_id));
diesel::joinable!(recipients -> companies (company_id));
diesel::joinable!(recipients -> contacts (contact_id));
diesel::joinable!(pressures -> campaigns (campaign_id));
diesel::joinable!(pressures -> sites (site_id));
diesel::joinable!(outgoing -> sites (site_id));
diesel::joinable!(outgoing -> mailboxes (mailbox_id));
diesel::joinable!(outgoing -> campaigns (campaign_id));
diesel::joinable!(outgoing -> recipients (recipient_id));
diesel::joinable!(outgoing -> companies (company_id));
diesel::joinable!(outgoing -> contacts (contact_id));
diesel::joinable!(outgoing -> users (user_id));
diesel::joinable!(outgoing_bodies -> outgoing (outgoing_id));
diesel::joinable!(suppressions -> sites (site_id));
diesel::joinable!(suppressions -> outgoing (outgoing_id));
diesel::joinable!(soft_bounces -> outgoing (outgoing_id));
diesel::joinable!(cursors -> mailboxes (mailbox_id));
diesel::joinable!(incoming -> sites (site_id));
diesel::joinable!(incoming -> mailboxes (mailbox_id));
diesel::joinable!(incoming -> outgoing (outgoing_id));
diesel::joinable!(incoming -> companies (company_id));
diesel::joinable!(incoming -> contacts (contact_id));
diesel::joinable!(incoming -> users (decided_by));
diesel::joinable!(incoming_raws -> incoming (incoming_id));
diesel::joinable!(suggestions -> sites (site_id));
diesel::joinable!(suggestions -> incoming (incoming_id));
diesel::joinable!(suggestions -> users (decided_by));
diesel::joinable!(students -> sites (site_id));
diesel::joinable!(aftercare_plans -> sites (site_id));
diesel::joinable!(plan_steps -> aftercare_plans (plan_id));
diesel::joinable!(placements -> sites (site_id));
diesel::joinable!(placements -> students (student_id));
diesel::joinable!(placements -> companies (company_id));
diesel::joinable!(placements -> openings (opening_id));
diesel::joinable!(placements -> contacts (mentor_id));
diesel::joinable!(placements -> aftercare_plans (plan_id));
diesel::joinable!(placements -> users (broker_id));
diesel::joinable!(checkins -> sites (site_id));
diesel::joinable!(checkins -> placements (placement_id));
diesel::joinable!(checkins -> incoming (incoming_id));
diesel::joinable!(checkins -> users (closed_by));
diesel::joinable!(rounds -> companies (company_id));
diesel::joinable!(rounds -> openings (opening_id));
diesel::joinable!(rounds -> tasks (task_id));
diesel::joinable!(digests -> users (user_id));
diesel::joinable!(digests -> outgoing (outgoing_id));
diesel::joinable!(matchings -> sites (site_id));
diesel::joinable!(matchings -> users (user_id));
diesel::joinable!(proposals -> students (student_id));
diesel::joinable!(proposals -> companies (company_id));
diesel::joinable!(proposals -> openings (opening_id));
diesel::joinable!(disclosures -> students (student_id));
diesel::joinable!(schools -> sites (site_id));
diesel::joinable!(agreements -> sites (site_id));
diesel::joinable!(agreements -> schools (school_id));
diesel::joinable!(referrers -> sites (site_id));
diesel::joinable!(referrers -> schools (school_id));
diesel::joinable!(students -> schools (school_id));
diesel::joinable!(referrals -> sites (site_id));
diesel::joinable!(referrals -> schools (school_id));
diesel::joinable!(referrals -> students (student_id));
diesel::joinable!(referrals -> referrers (referrer_id));
diesel::joinable!(guidance -> sites (site_id));
diesel::joinable!(guidance -> students (student_id));
diesel::joinable!(guidance -> users (user_id));
diesel::joinable!(guidance -> tasks (task_id));
diesel::joinable!(applications -> sites (site_id));
diesel::joinable!(applications -> students (student_id));
diesel::joinable!(applications -> companies (company_id));
diesel::joinable!(learning -> users (user_id));
diesel::joinable!(referral_lists -> sites (site_id));
diesel::joinable!(referral_lists -> schools (school_id));
diesel::joinable!(referral_lists -> referrers (referrer_id));
diesel::joinable!(referral_lists -> users (user_id));
diesel::joinable!(referral_list_rows -> referral_lists (list_id));
diesel::joinable!(referral_list_rows -> referrals (referral_id));
diesel::joinable!(referral_list_rows -> students (made_id));

diesel::allow_tables_to_appear_in_same_query!(
    sites,
    users,
    user_sites,
    sessions,
    tokens,
    throttles,
    audit_events,
    imports,
    companies,
    company_tags,
    recognitions,
    contacts,
    openings,
    place_events,
    moments,
    tasks,
    import_rows,
    templates,
    template_texts,
    mailboxes,
    campaigns,
    campaign_steps,
    recipients,
    pressures,
    outgoing,
    outgoing_bodies,
    suppressions,
    soft_bounces,
    cursors,
    incoming,
    incoming_raws,
    suggestions,
    students,
    aftercare_plans,
    plan_steps,
    placements,
    checkins,
    leases,
    tick_plans,
    tick_runs,
    digests,
    matchings,
    proposals,
    disclosures,
    schools,
    agreements,
    referrers,
    referrals,
    guidance,
    applications,
    learning,
    referral_lists,
    referral_list_rows,
    school_codes,
    school_sessions,
    rounds,
);
